import { VpdError } from '../errors.ts';
import { argumentError } from './argument-errors.ts';
import type { CliIo, Command } from './command.ts';

/** Commands by name, loaded on demand. */
const COMMANDS: Readonly<Record<string, () => Promise<{ readonly command: Command }>>> = {
  inspect: () => import('./commands/inspect.ts'),
  convert: () => import('./commands/convert.ts'),
  run: () => import('./commands/run.ts'),
  eval: () => import('./commands/eval.ts'),
  compare: () => import('./commands/compare.ts'),
  calibrate: () => import('./commands/calibrate.ts'),
  bench: () => import('./commands/bench.ts'),
  onnx: () => import('./commands/onnx.ts'),
};

const io: CliIo = {
  out: (line) => console.log(line),
  err: (line) => console.error(line),
};

async function overview(): Promise<string> {
  const lines = ['Usage: npm run vpd -- COMMAND [OPTIONS]', '', 'Commands:'];
  for (const [name, load] of Object.entries(COMMANDS))
    lines.push(`  ${name.padEnd(10)}${(await load()).command.summary}`);
  return [...lines, '', 'COMMAND --help describes each.'].join('\n');
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
  try {
    return await command.run(args, io);
  } catch (thrown) {
    throw argumentError(thrown, name);
  }
}

/** Prints an error: one line, and the stack if it is a bug of ours. */
function report(thrown: unknown): void {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  io.err(`vpd: ${error.message}`);
  const ours = !(error instanceof VpdError) || error.code === 'internal';
  if (ours || process.env.VPD_DEBUG) io.err(error.stack ?? '');
}

/** Resolves when all output is written: a pipe takes 64 KiB at a time, and exit would discard the rest. */
function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    // The reader may have closed the pipe, as `head` does.
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
