import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type NpyArray, readNpy } from '../src/image/npy.ts';

const run = promisify(execFile);

/** Runs the command line; gives what it prints. */
export async function vpd(...args: readonly string[]): Promise<string> {
  const { stdout } = await run(process.execPath, ['--import', 'tsx', 'src/cli/vpd.ts', ...args]);
  return stdout;
}

/** Runs `vpd run …` on the embedded pack, with the raw arrays, into `out`. */
export async function vpdRun(
  task: 'depth' | 'refer' | 'segment',
  image: string,
  out: string,
  ...more: string[]
): Promise<void> {
  await vpd('run', task, '--pack', 'models/tiny', '--image', image, '--out', out, '--raw', ...more);
}

export async function readNpyFile(folder: string, name: string): Promise<NpyArray> {
  return readNpy(new Uint8Array(await readFile(join(folder, name))), name);
}
