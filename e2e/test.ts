import { readFile } from 'node:fs/promises';
import { test as base, type Download, expect, type Locator, type Page } from '@playwright/test';
import sharp from 'sharp';
import { type NpyArray, readNpy } from '../src/image/npy.ts';

export type Backend = 'webgpu' | 'wasm';

/** A model's first answer on software WebGPU takes this long on a busy machine. */
const RUN_TIMEOUT = 200_000;

export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Uint8Array;
}

/** The page as a person uses it. */
export class Workbench {
  readonly page: Page;
  readonly backend: Backend;
  readonly status: Locator;
  readonly stage: Locator;
  readonly readout: Locator;
  readonly notices: Locator;
  /** Other origins that the page may talk to in this test, because it is told to. */
  readonly allowed = new Set<string>();

  constructor(page: Page, backend: Backend) {
    this.page = page;
    this.backend = backend;
    this.status = page.getByTestId('status');
    this.stage = page.getByTestId('stage');
    this.readout = page.getByTestId('readout');
    this.notices = page.locator('.notice');
  }

  /** Opens the page without a sample, on this project's backend. `model: false`: its own model is asked for and never comes, which is quicker. */
  async open(search = 'sample=none', { model = true } = {}): Promise<void> {
    if (!model) await this.page.context().route('**/models/**', () => undefined);
    await this.page.goto(`?backend=${this.backend}&${search}`);
  }

  /** Waits until the result on show is there. */
  async ready(): Promise<void> {
    const state = () => this.status.getAttribute('data-state');
    // A locator's own checks come to lie a second apart, which is as long as many answers take.
    await expect.poll(state, { message: 'state of the page', timeout: RUN_TIMEOUT, intervals: [100] }).toBe('ready');
  }

  /** Drops files on the page, with the events of a real drag. */
  async drop(
    files: readonly { readonly name: string; readonly type: string; readonly bytes: Uint8Array }[],
  ): Promise<void> {
    const holder = await this.page.evaluateHandle(() =>
      Object.assign(document.createElement('input'), { type: 'file', multiple: true }),
    );
    await holder.setInputFiles(
      files.map(({ name, type, bytes }) => ({ name, mimeType: type, buffer: Buffer.from(bytes) })),
    );
    const transfer = await holder.evaluateHandle((input) => {
      const data = new DataTransfer();
      for (const file of input.files ?? []) data.items.add(file);
      return data;
    });
    for (const event of ['dragenter', 'dragover', 'drop'])
      await this.stage.dispatchEvent(event, { dataTransfer: transfer });
  }

  async openTab(name: 'Depth' | 'Find' | 'Classes'): Promise<void> {
    await this.page.getByRole('tab', { name }).click();
  }

  async find(prompt: string): Promise<void> {
    await this.openTab('Find');
    await this.page.getByRole('textbox', { name: 'What to look for' }).fill(prompt);
    await this.page.keyboard.press('Enter');
  }

  /** Clicks a download button and gives the file. */
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

  /** Where pixels of the photo lie in the window, in CSS pixels, as the view is now. */
  async placeOf(photo: { width: number; height: number }): Promise<(x: number, y: number) => { x: number; y: number }> {
    const box = await this.stage.boundingBox();
    const rect = (await this.stage.getAttribute('data-rect'))?.split(' ').map(Number) ?? [];
    const [left = 0, top = 0, width = 0, height = 0] = rect;
    return (x, y) => ({
      x: (box?.x ?? 0) + left + ((x + 0.5) / photo.width) * width,
      y: (box?.y ?? 0) + top + ((y + 0.5) / photo.height) * height,
    });
  }

  /** Where one pixel of the photo lies. */
  async pixelInWindow(
    photo: { width: number; height: number },
    x: number,
    y: number,
  ): Promise<{ x: number; y: number }> {
    return (await this.placeOf(photo))(x, y);
  }

  /** What the window shows, without the crosshair. */
  async screenshot(): Promise<Pixels> {
    await this.page.mouse.move(1, 1);
    return pixelsOf(await this.page.screenshot());
  }
}

/** Puts a picture beside the test's results, for people: nothing checks it, and it takes its time, so only where `$SHOTS` is set. */
export async function shot(page: Page, name: string): Promise<void> {
  if (!process.env.SHOTS) return;
  await page.screenshot({ path: test.info().outputPath(`${name}.png`), fullPage: true });
}

export async function pixelsOf(bytes: Uint8Array): Promise<Pixels> {
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels: info.channels, data: new Uint8Array(data) };
}

/** RGB of a pixel. */
export function colourAt({ width, channels, data }: Pixels, x: number, y: number): readonly [number, number, number] {
  const at = (Math.floor(y) * width + Math.floor(x)) * channels;
  return [data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0];
}

/** `workbench` drives the page; every test fails if anything was asked of another origin than the page's own. */
export const test = base.extend<{ workbench: Workbench; backend: Backend }>({
  backend: ['wasm', { option: true }],
  workbench: async ({ page, context, backend, baseURL }, use) => {
    const asked: string[] = [];
    const broken: string[] = [];
    context.on('request', (request) => asked.push(request.url()));
    page.on('pageerror', (error) => broken.push(error.message));
    const workbench = new Workbench(page, backend);
    await use(workbench);
    const own = new URL(baseURL ?? '').origin;
    const strangers = asked.filter(
      (url) => !/^(blob|data):/.test(url) && new URL(url).origin !== own && !workbench.allowed.has(new URL(url).origin),
    );
    expect(asked, 'the page itself must have been seen').toContainEqual(expect.stringContaining(own));
    expect(strangers, 'no request may leave the page’s origin').toEqual([]);
    expect(broken, 'no uncaught error').toEqual([]);
  },
});

export { expect };
