import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { f32, safetensors } from '../weights/testing/hostile-files.ts';

const TENSORS = 20_000;

/** Tells the parent that something was handed to the pipe, whether or not all of it found room there. */
const TELLING = `
const { stdout } = process;
const { write } = stdout;
stdout.write = (...args) => {
  const more = write.apply(stdout, args);
  process.send('printed');
  return more;
};`;

/** What the command line prints into a pipe that nobody reads until all of it was printed. */
function printed(...args: readonly string[]): Promise<{ readonly code: number | null; readonly text: string }> {
  const telling = `data:text/javascript,${encodeURIComponent(TELLING)}`;
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '--import', telling, join(import.meta.dirname, 'vpd.ts'), ...args],
    { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] },
  );
  const parts: Buffer[] = [];
  let reading = false;
  const read = (): void => {
    if (!reading) child.stdout?.on('data', (part) => parts.push(part));
    reading = true;
  };
  child.on('message', (message) => message === 'printed' && read());
  // It may have gone without a word, or before its last one was taken.
  child.once('exit', read);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, text: Buffer.concat(parts).toString() }));
  });
}

it('a pipe gets all that was printed, however much it is', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vpd-pipe-'));
  const file = join(folder, 'many.safetensors');
  const header = Object.fromEntries(
    Array.from({ length: TENSORS }, (_, i) => [`layer.${i}.weight`, f32(4 * i, 4 * i + 4)]),
  );
  await writeFile(file, safetensors(header, 4 * TENSORS).stream());
  const { code, text } = await printed('inspect', file, '--tensors', '--json');
  expect(code, 'nobody can convert it').toBe(1);
  expect(text.length).toBeGreaterThan(1e6);
  expect(JSON.parse(text).list).toHaveLength(TENSORS);
  await rm(folder, { recursive: true });
});
