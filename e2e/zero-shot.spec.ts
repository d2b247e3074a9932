/** Masks and attention without a trained head: with a plain backbone, and with the embedded pack, which has a head. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from '@playwright/test';
import type { NpyArray } from '../src/image/formats/npy.ts';
import { violations } from './axe.ts';
import { readNpyFile, vpdRun } from './cli.ts';
import { roomPhoto } from './photos.ts';
import { writePlainPack } from './plain-pack.ts';
import { expect, pixelsOf, RUN_TIMEOUT, test, type Workbench } from './test.ts';

const PROMPT = 'the red box';
/** Scores of two runtimes differ in the last digits, so a few pixels at the threshold may differ. */
const SAME_AREA = 0.002;

async function findBox(workbench: Workbench, photo: Buffer): Promise<Locator> {
  await workbench.open('sample=none&task=refer');
  await workbench.dropRoom({ bytes: photo });
  await workbench.findMask(PROMPT);
  return workbench.page.getByTestId('finding');
}

const areaOf = async (finding: Locator): Promise<number> => Number(await finding.getAttribute('data-area'));

/** Share of the scores above the threshold. */
function inside({ data }: NpyArray): number {
  let count = 0;
  for (const score of data) if (score > 0.5) count++;
  return count / data.length;
}

test('a plain backbone: attention, a mask labelled zero-shot, and messages for the other tasks', async ({
  workbench,
  page,
}, info) => {
  const pack = info.outputPath('pack');
  await writePlainPack(pack);
  await page.route('**/models/tiny/*', async (route) => {
    const name = new URL(route.request().url()).pathname.split('/').at(-1) ?? '';
    await route.fulfill({ body: await readFile(join(pack, name)) });
  });
  const photo = await roomPhoto();
  const finding = await findBox(workbench, photo);
  await expect(finding).toHaveAttribute('data-zero-shot', 'true');
  await expect(page.getByTestId('zero-shot')).toContainText('no head for words');
  await expect(page.getByTestId('zero-shot').getByRole('switch')).toHaveCount(0);
  await expect(page.getByRole('region', { name: 'Without a word' })).toHaveCount(0);

  const file = info.outputPath('room.png');
  const out = info.outputPath('cli');
  await writeFile(file, photo);
  await vpdRun('refer', file, out, '--prompt', PROMPT, '--zero-shot', '--pack', pack);
  const area = await areaOf(finding);
  expect(area).toBeGreaterThan(0);
  expect(area).toBeLessThan(1);
  expect(Math.abs(inside(await readNpyFile(out, 'score.npy')) - area)).toBeLessThan(SAME_AREA);
  // The removed mask is the shown one.
  const mask = await pixelsOf(Buffer.from((await workbench.download('Mask PNG')).bytes));
  const white = Array.from({ length: mask.width * mask.height }, (_, i) => mask.data[i * mask.channels] ?? 0);
  expect(white.filter((value) => value > 127).length / white.length).toBeCloseTo(area, 2);

  // “red” is the third token, after the start and “the”.
  const maps = await readNpyFile(out, 'attention.npy');
  const [, height = 0, width = 0] = maps.shape;
  let peak = 0;
  for (const weight of maps.data.subarray(2 * width * height, 3 * width * height))
    peak = Math.max(peak, Number(weight));
  await page.locator('.token', { hasText: 'red' }).click();
  const scale = page.getByTestId('heat-scale');
  await expect(scale).toHaveAttribute('data-word', 'red');
  expect(Number(await scale.getAttribute('data-max'))).toBeCloseTo(peak, 4);
  await expect(scale).toContainText('mean of the layers');
  await page.getByText('Layers and heads').click();
  const heads = page.getByRole('button', { name: /^(?:down|up) 1\/\d+.*head \d+/ });
  await expect(heads.first()).toBeVisible({ timeout: RUN_TIMEOUT });
  await heads.first().click();
  await expect(scale).not.toContainText('mean of the layers');

  await workbench.openTab('Depth');
  await expect(page.getByTestId('no-head')).toContainText(
    '“plain” cannot measure depth: it is a backbone without heads.',
  );
  expect(await violations(page)).toEqual([]);

  // Batches run a task that the model supports, not the shown one.
  await page.getByRole('button', { name: 'Run on all photos' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByLabel('Task')).toHaveValue('refer');
  await expect(dialog.getByRole('button', { name: 'Run on 1 photo' })).toBeEnabled();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Let it look for words' }).click();
  await expect(finding).toBeVisible();
});

test('with a trained head, its mask is shown again when zero-shot is switched off', async ({
  workbench,
  page,
}, info) => {
  const photo = await roomPhoto();
  const finding = await findBox(workbench, photo);
  const trained = await areaOf(finding);
  await expect(finding).not.toHaveAttribute('data-zero-shot', 'true');
  const toggle = page.getByTestId('zero-shot').getByText('Zero-shot masks');
  await toggle.click();
  await expect(finding).toHaveAttribute('data-zero-shot', 'true', { timeout: RUN_TIMEOUT });
  await expect(page.getByTestId('zero-shot')).toContainText('these masks are rough');
  await workbench.ready();
  const file = info.outputPath('room.png');
  const out = info.outputPath('cli');
  await writeFile(file, photo);
  await vpdRun('refer', file, out, '--prompt', PROMPT, '--zero-shot');
  expect(Math.abs(inside(await readNpyFile(out, 'score.npy')) - (await areaOf(finding)))).toBeLessThan(SAME_AREA);
  await toggle.click();
  await expect(finding).not.toHaveAttribute('data-zero-shot', 'true', { timeout: RUN_TIMEOUT });
  await workbench.ready();
  expect(await areaOf(finding)).toBeCloseTo(trained, 6);
});

test('the stored result of a sample is the head’s, not zero-shot', async ({ workbench, page }) => {
  await workbench.open('sample=Bedroom&task=refer');
  const toggle = page.getByTestId('zero-shot').getByText('Zero-shot masks');
  await toggle.click();
  await page.getByRole('list', { name: 'Examples' }).getByRole('button', { name: 'the bed' }).click();
  const finding = page.getByTestId('finding');
  await expect(finding).toHaveAttribute('data-zero-shot', 'true', { timeout: RUN_TIMEOUT });
  await expect(page.getByTestId('origin')).toHaveCount(0);
  await toggle.click();
  await expect(finding).not.toHaveAttribute('data-zero-shot', 'true');
  await expect(page.getByTestId('origin')).toBeVisible();
});
