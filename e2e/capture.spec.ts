/** With the networks' work recorded and replayed, the page still computes what the command line computes, for one photo after another. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { readNpyFile, vpdRun } from './cli.ts';
import { roomPhoto } from './photos.ts';
import { expect, test } from './test.ts';

test('replayed networks read the photo at hand', async ({ workbench }, info) => {
  // Recording is proved at the smallest size first, then for each network.
  test.setTimeout(360_000);
  const room = await roomPhoto(true);
  const turned = new Uint8Array(await sharp(room).flop().png().toBuffer());
  await workbench.open('sample=none&capture=on');
  const depths: number[][] = [];
  for (const [name, bytes] of [
    ['room.png', room],
    ['turned.png', turned],
  ] as const) {
    const file = info.outputPath(name);
    await writeFile(file, bytes);
    await vpdRun('depth', file, join(info.outputPath('cli'), name));
    const expected = Array.from((await readNpyFile(join(info.outputPath('cli'), name), 'depth.npy')).data, Number);
    await workbench.drop([{ name, type: 'image/png', bytes }]);
    await workbench.ready();
    await expect(workbench.page.getByTestId('device')).toHaveAttribute('title', / Graph capture is on\.$/);
    const found = Array.from((await workbench.downloadNpy('.npy, metres')).data, Number);
    expect(found.length).toBe(expected.length);
    const largest = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - (found[i] ?? Number.NaN))), 0);
    expect(largest, name).toBeLessThan(0.02);
    depths.push(found);
  }
  expect(depths[0]).not.toEqual(depths[1]);
});
