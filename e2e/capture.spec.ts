/** With the networks recorded and replayed, the page's results equal the command line's, for one photo after another. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { readNpyFile, vpdRun } from './cli.ts';
import { roomPhoto } from './photos.ts';
import { expect, RUN_TIMEOUT, test } from './test.ts';

/** The smallest working size, because recording needs extra runs, and software WebGPU takes a second for each even at this size. */
const SIDE = 64;

test('replayed networks use the current photo', async ({ workbench, page }, info) => {
  await page.route('**/models/tiny/config.json', async (route) => {
    const config = JSON.parse(await readFile('models/tiny/config.json', 'utf8'));
    // The command line's `direct` gives the network's own output, not resized along the photo's edges.
    const { guided: _, ...depth } = config.tasks.depth;
    const tasks = { ...config.tasks, depth };
    await route.fulfill({ json: { ...config, tasks, working: { ...config.working, longSide: SIDE } } });
  });
  const room = await sharp(await roomPhoto())
    .resize(SIDE, SIDE, { fit: 'fill' })
    .png()
    .toBuffer();
  const turned = await sharp(room).flop().png().toBuffer();
  await workbench.open('sample=none&capture=on');
  const depths: number[][] = [];
  for (const [name, bytes] of [
    ['room.png', room],
    ['turned.png', turned],
  ] as const) {
    const file = info.outputPath(name);
    const out = join(info.outputPath('cli'), name);
    await writeFile(file, bytes);
    await workbench.drop([{ name, type: 'image/png', bytes }]);
    await vpdRun('depth', file, out, '--protocol', 'direct');
    const expected = Array.from((await readNpyFile(out, 'depth.npy')).data, Number);
    await expect(workbench.status).toContainText(name, { timeout: RUN_TIMEOUT });
    await workbench.ready();
    await expect(page.getByTestId('device')).toHaveAttribute('title', / Graph capture is on\.$/);
    await expect(page.locator('.timings')).toContainText('UNet + depth head');
    await expect(page.locator('.timings')).not.toContainText('not recorded');
    const found = Array.from((await workbench.downloadNpy('.npy, metres')).data, Number);
    expect(found.length).toBe(expected.length);
    const largest = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - (found[i] ?? Number.NaN))), 0);
    expect(largest, name).toBeLessThan(0.02);
    depths.push(found);
  }
  expect(depths[0]).not.toEqual(depths[1]);
});
