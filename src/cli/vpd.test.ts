import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { f32, safetensors } from '../weights/hostile-files.ts';

const TENSORS = 20_000;

/** What the command line prints into a pipe whose reader takes its time. */
function printed(...args: readonly string[]): Promise<{ readonly code: number | null; readonly text: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'vpd.ts'), ...args]);
  const parts: Buffer[] = [];
  child.stdout.once('readable', () => setTimeout(() => child.stdout.on('data', (part) => parts.push(part)), 200));
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
