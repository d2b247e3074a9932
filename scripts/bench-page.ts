/**
 * `npm run bench:page`: measures how quickly the page responds while it works on a photo of 12 megapixels. Loads the built page in
 * Chromium, runs the models, uses the controls, and prints for each step the longest task of the main thread and the frame intervals.
 *
 * Two times are given for a task: wall time, which is longer on a busy machine, and CPU time, which the page alone causes.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium, type Locator, type Page } from '@playwright/test';
import sharp from 'sharp';
import { launchOptions } from '../e2e/chromium.ts';
import { startSite } from '../e2e/site.ts';
import { CATEGORIES, readTrace, type Task } from './trace.ts';

const HELP = 'npm run bench:page -- [--backend wasm|webgpu] [--trace FILE]    (after npm run build)';
/** Size of a usual camera's photo. */
const PHOTO = { width: 4000, height: 3000 };
/** Tasks longer than this delay the page's responses noticeably; there should be none. */
const LONG_MS = 50;
const MOVES = 40;
const PREFIX = 'step ';

const { values } = parseArgs({
  options: { backend: { type: 'string', default: 'wasm' }, trace: { type: 'string' }, help: { type: 'boolean' } },
});
if (values.help) {
  console.log(HELP);
  process.exit();
}

/** Intervals between frames since the last call, in ms. */
async function frames(page: Page): Promise<readonly number[]> {
  return page.evaluate(() => {
    const all: number[] = Reflect.get(globalThis, 'frameTimes') ?? [];
    return all.splice(0);
  });
}

/** Drags a slider's thumb back and forth. */
async function drag(page: Page, slider: Locator): Promise<void> {
  await slider.scrollIntoViewIfNeeded();
  const box = await slider.boundingBox();
  if (!box) throw new Error(`${slider} is not in sight.`);
  const at = (share: number) => [box.x + 4 + share * (box.width - 8), box.y + box.height / 2] as const;
  const value = Number(await slider.inputValue());
  const [low, high] = [Number(await slider.getAttribute('min')), Number(await slider.getAttribute('max'))];
  await page.mouse.move(...at((value - low) / (high - low)));
  await page.mouse.down();
  for (let i = 0; i <= MOVES; i++) await page.mouse.move(...at(0.5 - 0.45 * Math.cos((2 * Math.PI * i) / MOVES)));
  await page.mouse.up();
}

/** Moves the pointer in a circle over an element, with the button pressed if `held`. */
async function circle(page: Page, target: Locator, held: boolean): Promise<void> {
  const box = await target.boundingBox();
  if (!box) return;
  const [x, y, r] = [box.x + box.width / 2, box.y + box.height / 2, box.height / 3];
  await page.mouse.move(x + r, y);
  if (held) await page.mouse.down();
  for (let i = 0; i <= MOVES; i++) {
    const turn = (2 * Math.PI * i) / MOVES;
    await page.mouse.move(x + r * Math.cos(turn), y + r * Math.sin(turn));
  }
  if (held) await page.mouse.up();
}

const site = await startSite({ isolated: true });
const browser = await chromium.launch(launchOptions());
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, serviceWorkers: 'block' });
  await page.addInitScript(() => {
    const all: number[] = [];
    Reflect.set(globalThis, 'frameTimes', all);
    let last = performance.now();
    const tick = (now: number) => {
      all.push(now - last);
      last = now;
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  });
  const status = page.getByTestId('status');
  const ready = () =>
    page.waitForFunction(() => document.querySelector('[data-testid=status][data-state=ready]'), undefined, {
      timeout: 600_000,
    });
  const stage = page.getByTestId('stage');
  const folder = await mkdtemp(join(tmpdir(), 'bench-page-'));
  const photo = join(folder, 'photo.jpg');
  await sharp('public/samples/scene-1.png').resize(PHOTO.width, PHOTO.height).jpeg({ quality: 92 }).toFile(photo);
  const words = page.getByRole('textbox', { name: 'What to look for' });
  const slider = (name: string | RegExp) => page.getByRole('slider', { name });

  const steps: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['engine starts', ready],
    [
      'photo opens, depth runs',
      async () => {
        await page.locator('input[type=file]').first().setInputFiles(photo);
        await status.filter({ hasText: 'photo.jpg, 4000' }).waitFor({ timeout: 600_000 });
        await ready();
      },
    ],
    ['depth opacity', () => drag(page, slider('Depth opacity'))],
    [
      'depth range',
      async () => {
        await page.getByLabel('Range', { exact: true }).selectOption('percentile');
        const low = page.getByLabel('from', { exact: true });
        for (let i = 0; i < MOVES; i++) await low.press('ArrowUp');
      },
    ],
    [
      'contour lines',
      async () => {
        await page.getByRole('switch', { name: 'Contour lines' }).check();
        for (let i = 0; i < MOVES; i++) await page.getByLabel('every').press(i % 2 ? 'ArrowUp' : 'ArrowDown');
      },
    ],
    ['crosshair', () => circle(page, stage, false)],
    [
      'zoom and pan',
      async () => {
        for (let i = 0; i < 6; i++) await page.mouse.wheel(0, -200);
        await circle(page, stage, true);
        await page.keyboard.press('0');
      },
    ],
    [
      'a mask is found',
      async () => {
        await page.getByRole('tab', { name: 'Find' }).click();
        await words.fill('the red chair');
        await page.keyboard.press('Enter');
        await page.getByTestId('finding').waitFor({ timeout: 600_000 });
        await page.getByText('Correct the mask').click();
        await ready();
      },
    ],
    ['mask threshold', () => drag(page, slider('Threshold'))],
    ['mask opacity', () => drag(page, slider('Masks opacity'))],
    ['specks', () => drag(page, slider('Remove specks below'))],
    ['threshold, specks removed', () => drag(page, slider('Threshold'))],
    [
      'brush',
      async () => {
        await page.getByRole('radio', { name: 'Add' }).check();
        await circle(page, stage, true);
        await page.getByRole('radio', { name: 'Off' }).check();
      },
    ],
    [
      'words',
      async () => {
        for (const token of await page.locator('.token').all()) await token.hover();
      },
    ],
    [
      'depth shown below the masks',
      async () => {
        await page.getByRole('button', { name: 'Show depth' }).click();
        await drag(page, slider('Depth opacity'));
      },
    ],
    [
      'classes run',
      async () => {
        await page.getByRole('tab', { name: 'Classes' }).click();
        await page.locator('.class-row').first().waitFor({ timeout: 600_000 });
        await ready();
      },
    ],
    ['classes opacity', () => drag(page, slider('Classes opacity'))],
    ['class under the pointer', () => circle(page, stage, false)],
    [
      'tabs',
      async () => {
        for (const name of ['Depth', 'Find', 'Classes', 'Depth']) await page.getByRole('tab', { name }).click();
      },
    ],
  ];

  await browser.startTracing(page, { categories: [...CATEGORIES] });
  await page.goto(`${site.url}?backend=${values.backend}&sample=none`);
  const seen: { readonly name: string; readonly frames: readonly number[] }[] = [];
  for (const [name, work] of steps) {
    await page.evaluate((mark) => performance.mark(mark), PREFIX + name);
    await work();
    // Work that the last input started belongs to this step.
    await page.waitForTimeout(300);
    seen.push({ name, frames: await frames(page) });
  }
  await page.evaluate((mark) => performance.mark(mark), `${PREFIX}end`);
  const json = (await browser.stopTracing()).toString();
  if (values.trace) await writeFile(values.trace, json);
  await rm(folder, { recursive: true });
  report(readTrace(json, PREFIX), seen);
} finally {
  await browser.close();
  await site.close();
}

function report(
  { tasks, marks }: ReturnType<typeof readTrace>,
  seen: readonly { readonly name: string; readonly frames: readonly number[] }[],
): void {
  const starts = [...marks.values(), Number.POSITIVE_INFINITY].sort((a, b) => a - b);
  const within = (from: number): readonly Task[] => {
    const to = starts.find((start) => start > from) ?? from;
    return tasks.filter(({ start }) => start >= from && start < to);
  };
  const cell = (value: number) => value.toFixed(0).padStart(6);
  console.log(`main thread, ${values.backend}, a photo of ${PHOTO.width}×${PHOTO.height}; milliseconds`);
  console.log('longest task: wall, CPU   long tasks: wall, CPU   frames: median, 95 %');
  const culprits: string[] = [];
  let worst = 0;
  for (const { name, frames: intervals } of seen) {
    const own = within(marks.get(name) ?? 0);
    const longest = own.reduce((most, { wall }) => Math.max(most, wall), 0);
    const busiest = own.reduce((most, { cpu }) => Math.max(most, cpu), 0);
    const count = (of: 'wall' | 'cpu') => own.filter((task) => task[of] > LONG_MS).length;
    const sorted = [...intervals].sort((a, b) => a - b);
    const quantile = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
    console.log(
      `${cell(longest)} ${cell(busiest)}   ${cell(count('wall'))} ${cell(count('cpu'))}   ${cell(quantile(0.5))} ${cell(quantile(0.95))}   ${name}`,
    );
    worst = Math.max(worst, busiest);
    for (const { wall, cpu, parts } of own
      .filter((task) => task.wall > LONG_MS)
      .sort((a, b) => b.cpu - a.cpu)
      .slice(0, 3))
      culprits.push(`${name}: ${wall.toFixed(0)} ms (${cpu.toFixed(0)} ms of CPU): ${parts.join('; ')}`);
  }
  console.log(`\nlongest CPU time: ${worst.toFixed(0)} ms; the limit is ${LONG_MS}`);
  for (const culprit of culprits) console.log(`  ${culprit}`);
}
