/** Output of a command, line by line: results to `out`, progress and errors to `err`. */
export interface CliIo {
  out(line: string): void;
  err(line: string): void;
}

/** A command of `npm run vpd -- <name>`. `run` returns the exit code; it throws a VpdError for anything that the user can fix. */
export interface Command {
  readonly summary: string;
  readonly help: string;
  run(args: readonly string[], io: CliIo): Promise<number>;
}
