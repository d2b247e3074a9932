import { afterEach, expect, test, vi } from 'vitest';
import { privateFolder } from '../testing/private-folder.ts';
import { openStorage, PACKS_FOLDER } from './opfs.ts';

afterEach(() => vi.unstubAllGlobals());

test.each([
  [
    'stores files',
    class {
      createWritable() {}
    },
    undefined,
  ],
  [
    'is too old to write them',
    class {},
    'This browser is too old to let pages write files, so models cannot be stored. Update it (Safari: to version 26 or newer), or use another.',
  ],
])('a browser that %s', async (_, FileSystemFileHandle, refusal) => {
  vi.stubGlobal('navigator', { storage: { getDirectory: async () => privateFolder() } });
  vi.stubGlobal('FileSystemFileHandle', FileSystemFileHandle);
  const message = await openStorage(PACKS_FOLDER).then(
    () => undefined,
    (error: unknown) => error instanceof Error && error.message,
  );
  expect(message).toBe(refusal);
});
