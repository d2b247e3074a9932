import { expect, test } from 'vitest';
import { zip } from '../../weights/testing/hostile-files.ts';
import { openImportedFiles } from './imported-files.ts';

/** Opens a ZIP, and returns the sentence with which it was refused. */
async function refusal(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const [error] = await openImportedFiles([new File([bytes], 'room.zip')]).then(
    () => [],
    (thrown: unknown) => [thrown],
  );
  return error instanceof Error ? error.message : '';
}

test('a damaged ZIP is refused as a pack, with the ways out that a pack has', async () => {
  const whole = zip([{ name: 'room/config.json', data: '{}', crc: 1 }]);
  const wayOut = 'Make the ZIP again, or give the files of the folder.';
  expect(await refusal(whole)).toBe(`room.zip: record room/config.json is damaged: its checksum is wrong. ${wayOut}`);
  expect(await refusal(whole.slice(0, 60))).toBe(
    `room.zip is not a pack or is damaged: its zip directory is truncated or inconsistent. ${wayOut}`,
  );
});
