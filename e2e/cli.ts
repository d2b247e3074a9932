import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { command } from '../src/cli/commands/run.ts';
import { type NpyArray, readNpy } from '../src/image/formats/npy.ts';

/** Runs `vpd run …` in this process, on one thread, because the browser needs the others; returns what it prints. */
export async function vpd(...args: readonly string[]): Promise<string> {
  const printed: string[] = [];
  const messages: string[] = [];
  const code = await command.run([...args, '--threads', '1'], {
    out: (line) => printed.push(line),
    err: (line) => messages.push(line),
  });
  if (code !== 0) throw new Error(`vpd run ended with ${code}: ${messages.join(' ')}`);
  return printed.join('\n');
}

/** Runs a task with the embedded pack and writes its files, raw arrays included, into `out`. */
export async function vpdRun(
  task: 'depth' | 'refer' | 'segment',
  image: string,
  out: string,
  ...more: string[]
): Promise<void> {
  await vpd(task, '--pack', 'models/tiny', '--image', image, '--out', out, '--raw', ...more);
}

export async function readNpyFile(folder: string, name: string): Promise<NpyArray> {
  return readNpy(new Uint8Array(await readFile(join(folder, name))), name);
}
