import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withFolderLock } from './folder-lock.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vpd-lock-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('of two that find a stale lock at the same time, one gets it', async () => {
  const ended = spawnSync(process.execPath, ['--version']).pid;
  await writeFile(join(folder, 'convert.lock'), `${ended} on ${hostname()}`);
  let inside = 0;
  let refused: () => void = () => undefined;
  const otherRefused = new Promise<void>((resolve) => {
    refused = resolve;
  });
  const attempt = () =>
    withFolderLock(folder, async () => {
      inside++;
      await otherRefused;
    }).catch((thrown: unknown) => {
      refused();
      throw thrown;
    });
  const results = await Promise.allSettled([attempt(), attempt()]);
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(inside).toBe(1);
  expect(await readdir(folder)).toEqual([]);
});

test('a stale lock is never shared, however many find it and whenever they come', async () => {
  const ended = spawnSync(process.execPath, ['--version']).pid;
  for (let round = 0; round < 40; round++) {
    await writeFile(join(folder, 'convert.lock'), `${ended} on ${hostname()}`);
    let inside = 0;
    let most = 0;
    let entered = 0;
    const attempt = () =>
      withFolderLock(folder, async () => {
        entered++;
        most = Math.max(most, ++inside);
        await setTimeout(2);
        inside--;
      }).catch(() => undefined);
    await Promise.all(Array.from({ length: 12 }, (_, i) => setTimeout(i % 4).then(attempt)));
    expect(most, `round ${round}`).toBe(1);
    expect(entered).toBeGreaterThan(0);
  }
  expect(await readdir(folder)).toEqual([]);
});

test('the lock is released after an error', async () => {
  await expect(withFolderLock(folder, () => Promise.reject(new Error('power cut')))).rejects.toThrow('power cut');
  expect(await withFolderLock(folder, async () => 'done')).toBe('done');
});
