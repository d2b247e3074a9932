import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { f32, safetensors } from '../weights/testing/hostile-files.ts';

const TENSORS = 20_000;

/** Preloaded code that sends a message to the parent after each write to the pipe, even if the pipe is full. */
const NOTIFY = `
const { stdout } = process;
const { write } = stdout;
stdout.write = (...args) => {
  const more = write.apply(stdout, args);
  process.send('printed');
  return more;
};`;

/** Returns what the command line prints to a pipe that is not read before the first write. */
function printed(...args: readonly string[]): Promise<{ readonly code: number | null; readonly text: string }> {
  const notify = `data:text/javascript,${encodeURIComponent(NOTIFY)}`;
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '--import', notify, join(import.meta.dirname, 'vpd.ts'), ...args],
    { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] },
  );
  const parts: Buffer[] = [];
  let reading = false;
  const read = (): void => {
    if (!reading) child.stdout?.on('data', (part) => parts.push(part));
    reading = true;
  };
  child.on('message', (message) => message === 'printed' && read());
  // The process may exit without printing, or before its last message was received.
  child.once('exit', read);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, text: Buffer.concat(parts).toString() }));
  });
}

it('a pipe receives all output, whatever its size', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vpd-pipe-'));
  const file = join(folder, 'many.safetensors');
  const header = Object.fromEntries(
    Array.from({ length: TENSORS }, (_, i) => [`layer.${i}.weight`, f32(4 * i, 4 * i + 4)]),
  );
  await writeFile(file, safetensors(header, 4 * TENSORS).stream());
  const { code, text } = await printed('inspect', file, '--tensors', '--json');
  expect(code, 'it cannot be converted').toBe(1);
  expect(text.length).toBeGreaterThan(1e6);
  expect(JSON.parse(text).list).toHaveLength(TENSORS);
  await rm(folder, { recursive: true });
});
