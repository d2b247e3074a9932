import { openAsBlob } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Creates a file on disk that was changed after it was picked, so that browsers and Node refuse to read it. Deleted after the test. */
export async function changedFile(name: string): Promise<File> {
  const folder = await mkdtemp(join(tmpdir(), 'vpd-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'a');
  await writeFile(path, 'before');
  const file = new File([await openAsBlob(path)], name);
  await writeFile(path, 'and after');
  return file;
}
