import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page, Worker } from '@playwright/test';
import { command as convert } from '../src/cli/commands/convert.ts';
import { test as base, dropOn, expect, type Workbench } from './test.ts';

/** Drives the conversion dialog, and reads the files that it writes to the page's private storage. */
export class ConversionPage {
  readonly page: Page;
  readonly dialog: Locator;
  readonly alert: Locator;
  readonly plan: Locator;
  /** Folder of the checkpoints that are given by name. */
  readonly folder: string;

  constructor({ page }: Pick<Workbench, 'page'>, folder: string) {
    this.page = page;
    this.folder = folder;
    this.dialog = page.getByRole('dialog', { name: 'Convert a checkpoint' });
    this.alert = this.dialog.getByRole('alert');
    this.plan = page.getByTestId('plan');
  }

  async open(): Promise<void> {
    await this.page.getByTestId('device').click();
    await this.button('Convert a checkpoint…').click();
    await expect(this.dialog).toBeVisible();
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  /** Picks files in the dialog. */
  async give(...names: string[]): Promise<void> {
    await this.page.getByTestId('weights-input').setInputFiles(names.map((name) => join(this.folder, name)));
  }

  /** Drops files on the page from disk, as a file manager does. */
  async drop(...names: string[]): Promise<void> {
    await dropOn(
      this.page.locator('body'),
      names.map((name) => join(this.folder, name)),
    );
  }

  async as(weights: 'q4' | 'q8' | 'f16'): Promise<void> {
    await this.page.getByRole('radio', { name: weights }).check();
  }

  async start(): Promise<void> {
    await this.button('Convert').click();
  }

  /** Waits until this number of models is converted. */
  async finished(models = 1): Promise<void> {
    await expect(this.page.getByTestId('converted')).toHaveCount(models, { timeout: 90_000 });
  }

  /** The conversion's worker, which is started for the plan. */
  async worker(): Promise<Worker> {
    const running = () => this.page.workers().find((worker) => worker.url().includes('/conversion-'));
    await expect.poll(() => running() !== undefined).toBe(true);
    const worker = running();
    if (!worker) throw new Error('no conversion worker');
    return worker;
  }

  /** Stops the conversion after this number of further reads, until `letGo`. `held` waits until it has stopped. */
  async holdAfter(reads: number): Promise<{ held(): Promise<void>; letGo(): Promise<void> }> {
    const worker = await this.worker();
    await worker.evaluate((left) => {
      const read = Blob.prototype.arrayBuffer;
      let [letGo, stop] = [() => {}, () => {}];
      const gate = new Promise<void>((resolve) => {
        letGo = resolve;
      });
      const held = new Promise<void>((resolve) => {
        stop = resolve;
      });
      Object.assign(globalThis, { letGo, held });
      let count = 0;
      Blob.prototype.arrayBuffer = async function () {
        if (++count > left) {
          stop();
          await gate;
        }
        return read.call(this);
      };
    }, reads);
    return {
      held: () => worker.evaluate(() => Reflect.get(globalThis, 'held')),
      letGo: () => worker.evaluate(() => Reflect.get(globalThis, 'letGo')()),
    };
  }

  /** Share of the work that is done, from the progress bar. */
  done(): Promise<number> {
    return this.page
      .getByTestId('bytes')
      .evaluate((bar) => (bar instanceof HTMLProgressElement ? Math.max(0, bar.position) : 0));
  }

  /** Lists everything below a folder of the page's private storage by path: sha256 of each file, '' for a folder. */
  stored(root: 'packs' | 'converting'): Promise<Record<string, string>> {
    return this.page.evaluate(async (name) => {
      const found: Record<string, string> = {};
      async function walk(handle: FileSystemDirectoryHandle, path: string): Promise<void> {
        for await (const [key, child] of handle.entries()) {
          if (child instanceof FileSystemDirectoryHandle) {
            found[`${path}${key}/`] = '';
            await walk(child, `${path}${key}/`);
          } else if (child instanceof FileSystemFileHandle) {
            const digest = await crypto.subtle.digest('SHA-256', await (await child.getFile()).arrayBuffer());
            found[`${path}${key}`] = [...new Uint8Array(digest)].map((b) => b.toString(16).padStart(2, '0')).join('');
          }
        }
      }
      const top = await navigator.storage.getDirectory();
      const start = await top.getDirectoryHandle(name).catch(() => undefined);
      if (start) await walk(start, '');
      return found;
    }, root);
  }

  /** Number of packs on the shelf, that is, with an entry. */
  async packs(): Promise<number> {
    return Object.keys(await this.stored('packs')).filter((path) => path.endsWith('/shelf.json')).length;
  }

  /** The files of a pack that was just converted, except its entry on the shelf. */
  async shelved(model = 0): Promise<Record<string, string>> {
    const id = await this.page.getByTestId('converted').nth(model).getAttribute('data-id');
    const found: Record<string, string> = {};
    for (const [path, hash] of Object.entries(await this.stored('packs'))) {
      const [folder, name] = path.split('/');
      if (folder === id && name) found[name] = hash;
    }
    expect(Object.keys(found)).toContain('shelf.json');
    const { 'shelf.json': _, ...files } = found;
    return files;
  }

  /** Checks that no files of a conversion are left, not even an empty folder. */
  async expectNothingLeft(): Promise<void> {
    expect(await this.stored('converting')).toEqual({});
  }

  /** sha256 of the files that the command line converts the same checkpoints to. */
  async byCommandLine(files: readonly string[], ...options: string[]): Promise<Record<string, string>> {
    const out = await mkdtemp(join(this.folder, 'pack-'));
    const paths = files.map((name) => join(this.folder, name));
    await convert.run([...paths, '--out', out, ...options], { out: () => undefined, err: () => undefined });
    const found: Record<string, string> = {};
    for (const name of await readdir(out))
      found[name] = createHash('sha256')
        .update(await readFile(join(out, name)))
        .digest('hex');
    return found;
  }
}

/** `folder`: where a spec writes its checkpoints; `conversion`: drives the dialog. */
export const test = base.extend<{ conversion: ConversionPage }, { folder: string }>({
  folder: [
    async ({ browserName: _ }, use) => {
      const folder = await mkdtemp(join(tmpdir(), 'vpd-convert-'));
      await use(folder);
      await rm(folder, { recursive: true });
    },
    { scope: 'worker' },
  ],
  conversion: async ({ workbench, folder }, use) => use(new ConversionPage(workbench, folder)),
});
