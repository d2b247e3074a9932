/** Where a command prints: results to `out`, progress and errors to `err`, one line each. */
export interface CliIo {
  out(line: string): void;
  err(line: string): void;
}

/** One command of `npm run vpd -- <name>`. `run` gives the exit code; it throws a VpdError for anything the user can mend. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly help: string;
  run(args: readonly string[], io: CliIo): Promise<number>;
}
