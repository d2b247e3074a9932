/** Notes on a prompt: whether anything fits it, and what a second prompt changes. */
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { violations } from './axe.ts';
import { vpd } from './cli.ts';
import { smallRoom } from './photos.ts';
import { expect, RUN_TIMEOUT, test } from './test.ts';

const LEFT = 'the left box';
const RIGHT = 'the right box';
const HELD_OUT = { present: 90, absent: 80, precision: 0.83, recall: 0.41, auc: 0.77 };
/** An arbitrary calibration whose probability depends on the network's outputs; every phrase is above its threshold. */
const CALIBRATION = {
  weights: { peak: -0.3, area: -0.2, words: -1.5, contrast: 0.5 },
  bias: 0.4,
  threshold: 0,
  heldOut: HELD_OUT,
};

/** The embedded pack's config with that calibration. */
async function calibrated(): Promise<string> {
  const config = JSON.parse(await readFile('models/tiny/config.json', 'utf8'));
  config.tasks.refer.absence = CALIBRATION;
  return JSON.stringify(config);
}

test('the note on absence has the command line’s probability; a second prompt shows what changes', async ({
  workbench,
}, info) => {
  const { page } = workbench;
  const photo = await smallRoom();
  const body = await calibrated();
  await page.route('**/models/tiny/config.json', (route) => route.fulfill({ body, contentType: 'application/json' }));
  await workbench.open('sample=none&task=refer');
  await workbench.dropRoom({ bytes: photo });
  await workbench.findMask(LEFT);

  await test.step('may not be in this photo', async () => {
    const file = info.outputPath('room.png');
    const pack = info.outputPath('pack');
    await writeFile(file, photo);
    await cp('models/tiny', pack, { recursive: true });
    await writeFile(join(pack, 'config.json'), await calibrated());
    const args = ['refer', '--pack', pack, '--image', file, '--out', info.outputPath('out'), '--prompt', LEFT];
    const told = JSON.parse(await vpd(...args, '--json'));
    expect(told.note).toContain(`"${LEFT}" may not be in this photo`);
    const signal = page.getByTestId('absence');
    await expect(signal).toContainText(`“${LEFT}” may not be in this photo (${Math.round(100 * told.absence)} % sure)`);
    expect(Math.abs(Number(await signal.getAttribute('data-absence')) - told.absence)).toBeLessThan(0.01);
    await signal.getByText('How far to trust this').click();
    await expect(signal.locator('.note')).toBeVisible();
    for (const said of ['83 %', '41 %', '170 phrases']) await expect(signal.locator('.note')).toContainText(said);
  });

  await test.step('the opposite prompt by a button: comparison of masks and words', async () => {
    await page.getByRole('button', { name: `Against “${RIGHT}”` }).click();
    await expect(page.getByTestId('comparison')).toBeVisible({ timeout: RUN_TIMEOUT });
    await expect(page.getByRole('textbox', { name: 'What to look for' })).toHaveValue(RIGHT);
    await workbench.ready();
    await expect(page.getByRole('combobox', { name: 'With B' })).toHaveValue(LEFT);
    const rows = page.getByTestId('word-changes').locator('tbody tr');
    await expect(rows).toHaveCount(3);
    const words = await rows.evaluateAll((list) =>
      list.map((row) => [...row.querySelectorAll('th, .word')].map((cell) => cell.textContent)),
    );
    expect(words).toEqual([
      ['the', 'the'],
      ['right', 'left'],
      ['box', 'box'],
    ]);
    // A word's mass is the mean of its map: token 0 is the start.
    const maps = await workbench.downloadNpy('Maps .npy');
    const [, height = 0, width = 0] = maps.shape;
    const size = height * width;
    const massOf = (token: number) =>
      Array.from(maps.data.slice(token * size, (token + 1) * size), Number).reduce((sum, value) => sum + value, 0) /
      size;
    for (const i of [0, 1, 2]) expect(Number(await rows.nth(i).getAttribute('data-a'))).toBeCloseTo(massOf(i + 1), 6);
    const [a, b] = [await rows.nth(1).getAttribute('data-a'), await rows.nth(1).getAttribute('data-b')];
    const iou = await page.getByTestId('comparison').getAttribute('data-iou');

    await page.getByRole('button', { name: 'Swap A and B' }).click();
    await expect(page.getByRole('textbox', { name: 'What to look for' })).toHaveValue(LEFT);
    await expect(rows.nth(1).locator('th')).toHaveText('left');
    expect(await rows.nth(1).getAttribute('data-a')).toBe(b);
    expect(await rows.nth(1).getAttribute('data-b')).toBe(a);
    expect(await page.getByTestId('comparison').getAttribute('data-iou')).toBe(iou);
  });

  await test.step('axe finds nothing; a long prompt fits into a phone’s width', async () => {
    expect(await violations(page)).toEqual([]);
    await page.setViewportSize({ width: 360, height: 740 });
    const long = ' behind the table and beside the brown sofa';
    await workbench.find(`${LEFT}${long}`);
    await expect(page.getByRole('button', { name: `Against “${RIGHT}${long}”` })).toBeVisible({ timeout: RUN_TIMEOUT });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
    expect(wide).toBe(false);
  });
});
