import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { test as base, type Download, expect, type Locator, type Page } from '@playwright/test';
import sharp from 'sharp';
import { type NpyArray, readNpy } from '../src/image/formats/npy.ts';
import { roomPhoto } from './photos.ts';

export type Backend = 'webgpu' | 'wasm';

/** Timeout for a model's first result on software WebGPU on a busy machine. */
export const RUN_TIMEOUT = 200_000;
/** Timeout for a page that loads, or a model that is already downloaded, on a busy machine. */
export const PATIENCE = { timeout: 60_000 };

export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Uint8Array;
}

export type Colour = readonly [number, number, number];

interface Size {
  readonly width: number;
  readonly height: number;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Drives the page as a user does. */
export class Workbench {
  readonly page: Page;
  readonly backend: Backend;
  readonly status: Locator;
  readonly stage: Locator;
  readonly readout: Locator;
  readonly notices: Locator;
  /** Other origins that the page may contact in this test. */
  readonly allowed = new Set<string>();

  constructor(page: Page, backend: Backend) {
    this.page = page;
    this.backend = backend;
    this.status = page.getByTestId('status');
    this.stage = page.getByTestId('stage');
    this.readout = page.getByTestId('readout');
    this.notices = page.locator('.notice');
  }

  /** Opens the page without a sample, on this project's backend. `model: false`: requests for its model never end, which is quicker. */
  async open(search = 'sample=none', { model = true } = {}): Promise<void> {
    if (!model) await this.page.context().route('**/models/**', () => undefined);
    await this.page.goto(`?backend=${this.backend}&${search}`);
  }

  /** Opens a sample with its stored depth, without waiting for a model. */
  async openSample(): Promise<void> {
    await this.open('', { model: false });
    await expect(this.page.getByTestId('depth-near')).toBeVisible(PATIENCE);
    await expect.poll(() => this.shownWidth(), 'the photo is on the stage').toBeGreaterThan(0);
  }

  /** Waits until the shown result is computed. */
  async ready(): Promise<void> {
    const state = () => this.status.getAttribute('data-state');
    // A locator's own checks are up to a second apart, which is as long as many results take.
    const poll = expect.poll(state, { message: 'state of the page', timeout: RUN_TIMEOUT, intervals: [100] });
    await poll.toBe('ready').catch(async (error: unknown) => {
      throw new Error(`${String(error)}\nWorkers: ${(await this.workerStates()).join(', ')}`, { cause: error });
    });
  }

  /** Tests whether each worker still handles messages: one that does not is blocked, one that does waits for something. */
  private workerStates(): Promise<string[]> {
    return Promise.all(
      this.page.workers().map(async (worker) => {
        const answers = worker.evaluate(() => 'answers').catch(() => 'has ended');
        return `${basename(worker.url())} ${await Promise.race([answers, setTimeout(5_000, 'is blocked')])}`;
      }),
    );
  }

  async drop(
    files: readonly { readonly name: string; readonly type: string; readonly bytes: Uint8Array }[],
  ): Promise<void> {
    await dropOn(
      this.stage,
      files.map(({ name, type, bytes }) => ({ name, mimeType: type, buffer: Buffer.from(bytes) })),
    );
  }

  /** Drops the drawn room, or another PNG. */
  async dropRoom({ name = 'room.png', bytes }: { name?: string; bytes?: Uint8Array } = {}): Promise<void> {
    await this.drop([{ name, type: 'image/png', bytes: bytes ?? (await roomPhoto()) }]);
  }

  /** Opens the page with the room as its only photo, and waits for the result. */
  async openRoom(search?: string): Promise<void> {
    await this.open(search);
    await this.dropRoom();
    await this.ready();
  }

  async openTab(name: 'Depth' | 'Find' | 'Classes'): Promise<void> {
    await this.page.getByRole('tab', { name }).click();
  }

  async find(prompt: string): Promise<void> {
    await this.openTab('Find');
    await this.page.getByRole('textbox', { name: 'What to look for' }).fill(prompt);
    await this.page.keyboard.press('Enter');
  }

  /** Submits a prompt and waits for its mask. */
  async findMask(prompt: string): Promise<void> {
    await this.find(prompt);
    await expect(this.page.getByTestId('finding')).toContainText(`“${prompt}”`, { timeout: RUN_TIMEOUT });
    await this.ready();
  }

  /** Opens the section with the brush and the cleaning of the shown mask, if it is closed. */
  async openMaskTools(): Promise<void> {
    const section = this.page.getByRole('region', { name: 'Correct the mask' });
    if ((await section.locator('details[open]').count()) === 0) await section.locator('summary').click();
    await expect(section.getByRole('radio', { name: 'Off' })).toBeVisible();
  }

  /** Clicks a download button and returns the file. */
  async download(button: string): Promise<{ readonly name: string; readonly bytes: Uint8Array }> {
    const waiting: Promise<Download> = this.page.waitForEvent('download');
    await this.page.getByRole('button', { name: button }).click();
    const download = await waiting;
    return { name: download.suggestedFilename(), bytes: new Uint8Array(await readFile(await download.path())) };
  }

  async downloadNpy(button: string): Promise<NpyArray> {
    const { name, bytes } = await this.download(button);
    return readNpy(bytes, name);
  }

  /** Rectangle of the photo on the stage, in CSS pixels. */
  async rect(): Promise<Size & { readonly left: number; readonly top: number }> {
    const numbers = (await this.stage.getAttribute('data-rect'))?.split(' ').map(Number) ?? [];
    const [left = 0, top = 0, width = 0, height = 0] = numbers;
    return { left, top, width, height };
  }

  /** Width of the photo on the stage in CSS pixels, which depends on the zoom. */
  async shownWidth(): Promise<number> {
    return (await this.rect()).width;
  }

  /** Returns a function from pixels of the photo to positions in the window, in CSS pixels, for the current view. */
  async placeOf(photo: Size): Promise<(x: number, y: number) => Point> {
    const box = await this.stage.boundingBox();
    const { left, top, width, height } = await this.rect();
    return (x, y) => ({
      x: (box?.x ?? 0) + left + ((x + 0.5) / photo.width) * width,
      y: (box?.y ?? 0) + top + ((y + 0.5) / photo.height) * height,
    });
  }

  /** Position of one pixel of the photo in the window, in CSS pixels. */
  async pixelInWindow(photo: Size, x: number, y: number): Promise<Point> {
    return (await this.placeOf(photo))(x, y);
  }

  /** Pixels of the window, without the crosshair. */
  async screenshot(): Promise<Pixels> {
    await this.page.mouse.move(1, 1);
    return pixelsOf(await this.page.screenshot());
  }

  /** Colour that the stage shows at a pixel of the photo. */
  async drawnAt(photo: Size, x: number, y: number): Promise<Colour> {
    const at = await this.pixelInWindow(photo, x, y);
    return colourAt(await this.screenshot(), at.x, at.y);
  }

  /** Touch input, for a page that `hasTouch`. */
  async touch() {
    const devtools = await this.page.context().newCDPSession(this.page);
    const send = async (type: 'touchStart' | 'touchMove' | 'touchEnd', points: readonly Point[]): Promise<void> => {
      await devtools.send('Input.dispatchTouchEvent', { type, touchPoints: points.map((at, id) => ({ ...at, id })) });
    };
    return {
      send,
      /** Moves two fingers apart to three times their distance. */
      async pinch({ x, y }: Point): Promise<void> {
        const fingers = (apart: number) => [
          { x: x - apart, y },
          { x: x + apart, y },
        ];
        await send('touchStart', fingers(20));
        for (let apart = 24; apart <= 60; apart += 4) await send('touchMove', fingers(apart));
        await send('touchEnd', []);
      },
    };
  }
}

/** Drops files on an element, with the events of a real drag. */
export async function dropOn(target: Locator, files: Parameters<Locator['setInputFiles']>[0]): Promise<void> {
  const holder = await target
    .page()
    .evaluateHandle(() => Object.assign(document.createElement('input'), { type: 'file', multiple: true }));
  await holder.setInputFiles(files);
  const dataTransfer = await holder.evaluateHandle((input) => {
    const data = new DataTransfer();
    for (const file of input.files ?? []) data.items.add(file);
    return data;
  });
  for (const event of ['dragenter', 'dragover', 'drop']) await target.dispatchEvent(event, { dataTransfer });
}

/** Saves a picture of the page among the test's results, to be looked at; only if `$SHOTS` is set, because it takes time. */
export async function shot(page: Page, name: string): Promise<void> {
  if (!process.env.SHOTS) return;
  await page.screenshot({ path: test.info().outputPath(`${name}.png`), fullPage: true });
}

export async function pixelsOf(bytes: Uint8Array): Promise<Pixels> {
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels: info.channels, data: new Uint8Array(data) };
}

export function colourAt({ width, channels, data }: Pixels, x: number, y: number): Colour {
  const at = (Math.floor(y) * width + Math.floor(x)) * channels;
  return [data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0];
}

/** Difference of two colours in the channel where they differ most. */
export function colourDistance(a: readonly number[], b: readonly number[]): number {
  return Math.max(...a.map((channel, i) => Math.abs(channel - (b[i] ?? 0))));
}

/** Blends one colour over another at an opacity. */
export function mix(under: readonly number[], over: readonly number[], opacity: number): readonly number[] {
  return under.map((channel, i) => channel + opacity * ((over[i] ?? 0) - channel));
}

/** `workbench` drives the page; every test fails if another origin than the page's own was contacted. */
export const test = base.extend<{ workbench: Workbench; backend: Backend }>({
  backend: ['wasm', { option: true }],
  workbench: async ({ page, context, backend, baseURL }, use) => {
    const requested: string[] = [];
    const broken: string[] = [];
    context.on('request', (request) => requested.push(request.url()));
    page.on('pageerror', (error) => broken.push(error.message));
    const workbench = new Workbench(page, backend);
    await use(workbench);
    const own = new URL(baseURL ?? '').origin;
    const foreign = requested.filter(
      (url) => !/^(blob|data):/.test(url) && new URL(url).origin !== own && !workbench.allowed.has(new URL(url).origin),
    );
    expect(requested, 'the page itself must have been requested').toContainEqual(expect.stringContaining(own));
    expect(foreign, 'no request may leave the page’s origin').toEqual([]);
    expect(broken, 'no uncaught error').toEqual([]);
  },
});

export { expect };
