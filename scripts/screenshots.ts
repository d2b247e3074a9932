/** `npm run screenshots`: takes the README's pictures of the built page with the embedded model. After `npm run build`. */
import { mkdir, writeFile } from 'node:fs/promises';
import { chromium, type Page } from '@playwright/test';
import sharp from 'sharp';
import { launchOptions } from '../e2e/chromium.ts';
import { startSite } from '../e2e/site.ts';

const FOLDER = 'docs';
const VIEWPORT = { width: 1360, height: 820 };
/** Enough for a model on the CPU of a busy machine. */
const TIMEOUT = 300_000;

interface Shot {
  readonly name: string;
  /** Part of the page's address: sample, task and prompt. */
  readonly address: string;
  /** Runs before the picture is taken. */
  prepare?(page: Page): Promise<void>;
}

const SHOTS: readonly Shot[] = [
  { name: 'depth', address: 'sample=Five+chairs', prepare: (page) => pointAt(page, 0.36, 0.62) },
  { name: 'find', address: 'sample=Lamps&task=refer#prompt=the+yellow+lamp' },
  {
    name: 'attention',
    address: 'sample=Lamps&task=refer#prompt=the+yellow+lamp',
    async prepare(page) {
      await page.locator('.token', { hasText: 'lamp' }).first().click();
      await page.getByTestId('heat-scale').scrollIntoViewIfNeeded();
      await pointAt(page, 0.76, 0.22);
    },
  },
  { name: 'classes', address: 'sample=Two+televisions&task=segment' },
  {
    name: '3d',
    address: 'sample=Bedroom',
    async prepare(page) {
      await page.getByRole('button', { name: 'Open the 3D view' }).click();
      await page.getByTestId('space-counts').filter({ hasText: /\d/ }).waitFor({ timeout: TIMEOUT });
      const box = await page.locator('.space-canvas').boundingBox();
      if (!box) return;
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      await page.mouse.move(x, y);
      await page.mouse.down();
      await page.mouse.move(x + box.width / 14, y + box.height / 24, { steps: 10 });
      await page.mouse.up();
      await page.waitForTimeout(1500);
    },
  },
];

/** Puts the pointer on the photo, so that the read-out shows values. */
async function pointAt(page: Page, u: number, v: number): Promise<void> {
  const stage = page.getByTestId('stage');
  const box = await stage.boundingBox();
  const [left = 0, top = 0, width = 0, height = 0] = ((await stage.getAttribute('data-rect')) ?? '')
    .split(' ')
    .map(Number);
  if (box) await page.mouse.move(box.x + left + u * width, box.y + top + v * height);
}

const site = await startSite({ isolated: true });
const browser = await chromium.launch(launchOptions());
try {
  await mkdir(FOLDER, { recursive: true });
  for (const { name, address, prepare } of SHOTS) {
    // A new context for each picture, so that nothing is left from the previous one.
    const context = await browser.newContext({ viewport: VIEWPORT, serviceWorkers: 'block', colorScheme: 'light' });
    const page = await context.newPage();
    await page.goto(`${site.url}?backend=wasm&${address}`);
    await page.locator('[data-testid=status][data-state=ready]').waitFor({ timeout: TIMEOUT });
    await page
      .getByTestId(name === 'find' || name === 'attention' ? 'finding' : 'stage')
      .first()
      .waitFor({ timeout: TIMEOUT });
    await prepare?.(page);
    await page.waitForTimeout(500);
    const file = `${FOLDER}/${name}.png`;
    await writeFile(
      file,
      await sharp(await page.screenshot())
        .png({ palette: true, effort: 10 })
        .toBuffer(),
    );
    console.log(file);
    await context.close();
  }
} finally {
  await browser.close();
  await site.close();
}
