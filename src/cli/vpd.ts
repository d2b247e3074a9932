import { VpdError } from '../errors.ts';
import type { CliIo, Command } from './command.ts';

/** Commands by name. Each is loaded when it is used, so that one command does not load the others. */
const COMMANDS: Readonly<Record<string, () => Promise<{ readonly command: Command }>>> = {
  inspect: () => import('./inspect.ts'),
  convert: () => import('./convert.ts'),
  run: () => import('./run.ts'),
  eval: () => import('./eval.ts'),
  compare: () => import('./compare.ts'),
  calibrate: () => import('./calibrate.ts'),
  bench: () => import('./bench.ts'),
  onnx: () => import('./onnx.ts'),
};

const io: CliIo = {
  out: (line) => console.log(line),
  err: (line) => console.error(line),
};

async function overview(): Promise<string> {
  const lines = ['Usage: npm run vpd -- COMMAND [OPTIONS]', '', 'Commands:'];
  for (const [name, load] of Object.entries(COMMANDS))
    lines.push(`  ${name.padEnd(10)}${(await load()).command.summary}`);
  return [...lines, '', 'COMMAND --help tells more about each.'].join('\n');
}

const wantsHelp = (word: string | undefined): boolean => word === '--help' || word === '-h' || word === 'help';

async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined || wantsHelp(name)) {
    const text = await overview();
    if (name === undefined) io.err(text);
    else io.out(text);
    return name === undefined ? 2 : 0;
  }
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!load)
    throw new VpdError(
      'bad-request',
      `There is no command "${name}". Use one of: ${Object.keys(COMMANDS).join(', ')}.`,
    );
  const { command } = await load();
  if (args.some((word) => word === '--help' || word === '-h')) {
    io.out(command.help);
    return 0;
  }
  return command.run(args, io);
}

/** One line for what the user can mend or what parseArgs refused; the stack too where the fault is ours. */
function report(thrown: unknown): void {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  io.err(`vpd: ${error.message}`);
  const refused = 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  const ours = !refused && (!(error instanceof VpdError) || error.code === 'internal');
  if (ours || process.env.VPD_DEBUG) io.err(error.stack ?? '');
}

/** Resolves when all that was printed is on its way: a pipe takes 64 KiB at a time, and exit would cut off what waits. */
function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    // Whoever read it may be gone, as `head` is.
    stream.once('error', () => resolve());
    stream.write('', () => resolve());
  });
}

let code = 1;
try {
  code = await main(process.argv.slice(2));
} catch (thrown) {
  report(thrown);
}
await Promise.all([drained(process.stdout), drained(process.stderr)]);
// The runtime's threads would keep the process alive.
process.exit(code);
