import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { BrowserContext, Page, Worker } from '@playwright/test';
import { smallFixture } from '../fixtures/small.ts';
import { command as convert } from '../src/cli/convert.ts';
import { convert as convertTo } from '../src/convert/convert.ts';
import { planConversion } from '../src/convert/plan.ts';
import { changed } from '../src/convert/testing.ts';
import { VpdError } from '../src/errors.ts';
import { openCheckpoints } from '../src/weights/checkpoints.ts';
import { HOSTILE_FILES } from '../src/weights/hostile-cases.ts';
import type { NamedBlob } from '../src/weights/open.ts';
import { memorySink } from '../src/weights/sink.ts';
import { torchCheckpoint, writeCheckpoint, writeFixture } from './checkpoints.ts';
import { expect, test } from './test.ts';

/** The small networks have 4 heads; the files do not say so. */
const HEADS = ['--heads', '4', '--text-heads', '4'];

let folder = '';
test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vpd-convert-'));
  await writeFixture(join(folder, 'sd.safetensors'), 'sd');
  await writeFixture(join(folder, 'refer.safetensors'), 'refer');
  await writeFile(
    join(folder, 'depth.pth'),
    new Uint8Array(await (await torchCheckpoint(smallFixture('depth'))).arrayBuffer()),
  );
});
test.afterAll(() => rm(folder, { recursive: true }));

const file = (name: string) => join(folder, name);
const dialog = (page: Page) => page.getByRole('dialog', { name: 'Convert a checkpoint' });

async function openDialog(page: Page): Promise<void> {
  await page.getByTestId('device').click();
  await page.getByRole('button', { name: 'Convert a checkpoint…' }).click();
  await expect(dialog(page)).toBeVisible();
}

/** Gives files to the dialog, by its picker. */
async function give(page: Page, ...names: string[]): Promise<void> {
  await page.getByTestId('weights-input').setInputFiles(names.map(file));
}

/** Drops files on the page from disk, as a file manager does. */
async function dropFiles(page: Page, ...names: string[]): Promise<void> {
  const holder = await page.evaluateHandle(() => {
    const input = document.createElement('input');
    input.type = 'file';
    input.multiple = true;
    return input;
  });
  await holder.setInputFiles(names.map(file));
  const transfer = await holder.evaluateHandle((input) => {
    const data = new DataTransfer();
    for (const each of input.files ?? []) data.items.add(each);
    return data;
  });
  for (const event of ['dragenter', 'dragover', 'drop'])
    await page.locator('body').dispatchEvent(event, { dataTransfer: transfer });
}

/** sha256 of every file below a folder of the page's private storage, by path. */
function stored(page: Page, root: string): Promise<Record<string, string>> {
  return page.evaluate(async (name) => {
    const found: Record<string, string> = {};
    async function walk(handle: FileSystemDirectoryHandle, path: string): Promise<void> {
      for await (const [key, child] of handle.entries()) {
        if (child instanceof FileSystemDirectoryHandle) await walk(child, `${path}${key}/`);
        else if (child instanceof FileSystemFileHandle) {
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

/** sha256 of the files that the command line makes of the same checkpoints. */
async function byCommandLine(files: readonly string[], ...options: string[]): Promise<Record<string, string>> {
  const out = await mkdtemp(join(folder, 'pack-'));
  await convert.run([...files.map(file), '--out', out, ...options], { out: () => undefined, err: () => undefined });
  const found: Record<string, string> = {};
  for (const name of await readdir(out))
    found[name] = createHash('sha256')
      .update(await readFile(join(out, name)))
      .digest('hex');
  return found;
}

/** The files of the one pack on the shelf, but for its entry. */
async function shelved(page: Page): Promise<Record<string, string>> {
  const found = Object.entries(await stored(page, 'packs')).map(
    ([path, hash]) => [path.split('/')[1] ?? '', hash] as const,
  );
  expect(found.map(([name]) => name)).toContain('shelf.json');
  return Object.fromEntries(found.filter(([name]) => name !== 'shelf.json'));
}

/** The conversion's worker, which begins with the plan. */
async function converter(page: Page): Promise<Worker> {
  const running = () => page.workers().find((worker) => worker.url().includes('convert'));
  await expect.poll(() => running() !== undefined).toBe(true);
  const worker = running();
  if (!worker) throw new Error('no conversion worker');
  return worker;
}

/** Lets the conversion read so many more parts of its files, and no more until it is let go. */
async function holdAfter(worker: Worker, reads: number): Promise<void> {
  await worker.evaluate((left) => {
    const read = Blob.prototype.arrayBuffer;
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    Object.assign(globalThis, { letGo: open });
    let count = 0;
    Blob.prototype.arrayBuffer = async function () {
      if (++count > left) await gate;
      return read.call(this);
    };
  }, reads);
}
const letGo = (worker: Worker) => worker.evaluate(() => Reflect.get(globalThis, 'letGo')());

/** Bytes that are done, as the progress bar says. */
const done = (page: Page) =>
  page.getByTestId('bytes').evaluate((bar) => (bar instanceof HTMLProgressElement ? bar.value : 0));
/** Waits until a held conversion has come to its hold: what is done no longer grows. */
async function untilHeld(page: Page): Promise<number> {
  let last = -1;
  await expect
    .poll(
      async () => {
        const now = await done(page);
        const same = now > 0 && now === last;
        last = now;
        return same;
      },
      { intervals: [700] },
    )
    .toBe(true);
  return last;
}

const start = (page: Page) => page.getByRole('button', { name: 'Convert', exact: true }).click();
const finished = (page: Page) => expect(page.getByTestId('converted')).toBeVisible({ timeout: 90_000 });
const alert = (page: Page) => dialog(page).getByRole('alert');

test('a dropped .pth becomes a model, byte for byte the command line’s, and opens', async ({ workbench, page }) => {
  await workbench.open();
  await dropFiles(page, 'depth.pth');
  const plan = page.getByTestId('plan');
  await expect(plan).toHaveAttribute('data-family', 'vpd-depth');
  await expect(plan).toContainText('PyTorch zip');
  await page.getByRole('radio', { name: 'q4' }).check();
  await page.getByText('what shapes do not tell').click();
  const heads = page.getByRole('spinbutton', { name: 'Attention heads' });
  await heads.fill('5');
  await expect(alert(page)).toHaveText("5 heads do not divide the UNet's 64 channels. Give another number of heads.");
  await expect(page.getByRole('button', { name: 'Convert', exact: true })).toBeDisabled();
  await heads.fill('4');
  await expect(alert(page)).toHaveCount(0);
  await start(page);
  await finished(page);

  expect(await shelved(page)).toEqual(await byCommandLine(['depth.pth'], '--weights', 'q4', ...HEADS));
  expect(await stored(page, 'converting')).toEqual({});

  await page.getByRole('button', { name: 'Open it' }).click();
  await expect(workbench.status).toContainText('VPD depth (NYU Depth v2)');
  await workbench.ready();

  await test.step('given again, it is known', async () => {
    await dropFiles(page, 'depth.pth');
    await page.getByText('what shapes do not tell').click();
    await heads.fill('4');
    await page.getByRole('radio', { name: 'q4' }).check();
    await expect(page.getByTestId('scheme-q4')).toContainText('on the shelf already');
    await expect(page.getByRole('button', { name: 'Open it' })).toBeVisible();
  });
});

test('a referring checkpoint asks for its CLIP; a reload in the middle loses nothing', async ({ workbench, page }) => {
  await workbench.open();
  await openDialog(page);
  await give(page, 'refer.safetensors');
  await expect(page.getByTestId('needs-text')).toBeVisible();
  // As if picked by the question's own button: what is given now joins what is there.
  await give(page, 'sd.safetensors');
  await expect(page.getByTestId('needs-text')).toHaveCount(0);
  await expect(page.getByTestId('plan')).toContainText('sd.safetensors');
  await page.getByRole('radio', { name: 'f16' }).check();
  await holdAfter(await converter(page), 600);
  await start(page);
  const before = await untilHeld(page);
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(dialog(page).getByRole('status')).toHaveText('Paused');
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await expect(page.getByTestId('conversion-chip')).toHaveText(/^Converting, \d+ %$/);
  expect(Object.keys(await stored(page, 'packs'))).toEqual([]);

  await page.reload();
  await page.getByTestId('conversion-chip').click();
  await expect(dialog(page)).toContainText('refer.safetensors and sd.safetensors');
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(alert(page)).toHaveText(/Choose or drop refer\.safetensors and sd\.safetensors again to go on/);
  await give(page, 'depth.pth');
  await expect(alert(page)).toHaveText(
    /began with refer\.safetensors of \d+ bytes and sd\.safetensors .* and this is depth\.pth/,
  );
  await page.getByRole('button', { name: 'Go on' }).click();
  await give(page, 'sd.safetensors', 'refer.safetensors');
  await finished(page);
  const files = ['refer.safetensors', 'sd.safetensors'];
  expect(await shelved(page)).toEqual(await byCommandLine(files, '--weights', 'f16'));
  expect(await stored(page, 'converting')).toEqual({});
  expect(before).toBeGreaterThan(4 * 2 ** 20);
});

test('a full disk, a crash and a cancel: a sentence each, and no half pack', async ({ workbench, page, context }) => {
  await workbench.open();
  const devtools = await context.newCDPSession(page);
  const quota = (quotaSize?: number) =>
    devtools.send('Storage.overrideQuotaForOrigin', {
      origin: new URL(page.url()).origin,
      ...(quotaSize === undefined ? {} : { quotaSize }),
    });

  await test.step('no room to begin with', async () => {
    await dropFiles(page, 'sd.safetensors');
    await page.getByRole('radio', { name: 'f16' }).check();
    // As a browser that knows says it; this one says 10 GiB whatever the truth.
    await (await converter(page)).evaluate(() => {
      navigator.storage.estimate = async () => ({ quota: 3_000_000, usage: 1_000_000 });
    });
    await start(page);
    await expect(alert(page)).toHaveText(
      /Stable Diffusion v1 backbone needs 1\d\.\d MB of storage and the browser gives this page 2\.0 MB more\. Choose a smaller precision/,
    );
    expect(await stored(page, 'converting')).toEqual({});
  });

  await test.step('no more room in the middle', async () => {
    await page.getByRole('button', { name: 'Other files' }).click();
    await give(page, 'sd.safetensors');
    await page.getByRole('radio', { name: 'f16' }).check();
    const worker = await converter(page);
    await holdAfter(worker, 800);
    await start(page);
    await untilHeld(page);
    await quota(1_000_000);
    await letGo(worker);
    await expect(alert(page)).toHaveText(
      /There is no room left for .+: this page's share of the disk is used up\. Delete a model/,
    );
    expect(Object.keys(await stored(page, 'packs'))).toEqual([]);
    await quota();
  });

  await test.step('a worker that dies goes on as well', async () => {
    await page.getByRole('button', { name: 'Go on' }).click();
    const worker = await converter(page);
    await worker.evaluate(() => {
      setTimeout(() => {
        throw new Error('killed on purpose');
      });
    });
    await expect(alert(page)).toHaveText(/The conversion stopped: .*killed on purpose\. What was written is kept/);
    await page.getByRole('button', { name: 'Go on' }).click();
    await finished(page);
    expect(await shelved(page)).toEqual(await byCommandLine(['sd.safetensors'], '--weights', 'f16'));
  });

  await test.step('a cancel leaves nothing', async () => {
    await page.getByRole('button', { name: 'Convert another' }).click();
    await give(page, 'sd.safetensors');
    await expect(page.getByTestId('scheme-f16')).toContainText('on the shelf already');
    await page.getByRole('radio', { name: 'q8' }).check();
    const worker = await converter(page);
    await holdAfter(worker, 800);
    await start(page);
    await untilHeld(page);
    expect(Object.keys(await stored(page, 'converting'))).not.toEqual([]);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await letGo(worker);
    await expect(page.getByRole('button', { name: 'Choose weight files…' })).toBeVisible();
    expect(await stored(page, 'converting')).toEqual({});
  });
});

test('two tabs convert one after the other', async ({ workbench, page, context }) => {
  await workbench.open();
  await openDialog(page);
  await give(page, 'depth.pth');
  const first = await converter(page);
  await holdAfter(first, 400);
  await start(page);
  await untilHeld(page);

  const other = await openTab(context, page);
  await openDialog(other);
  await expect(dialog(other)).toContainText('Another tab of this page is at it.');
  await give(other, 'refer.safetensors');
  await start(other);
  await expect(dialog(other).getByRole('status')).toHaveText(/Waiting: another tab of this page is converting/);
  await letGo(first);
  await finished(page);
  await finished(other);
  expect(Object.keys(await stored(other, 'packs')).filter((path) => path.endsWith('shelf.json'))).toHaveLength(2);
  expect(await stored(other, 'converting')).toEqual({});
});

async function openTab(context: BrowserContext, page: Page): Promise<Page> {
  const other = await context.newPage();
  await other.goto(page.url());
  return other;
}

test('a reload while the files are moved to the shelf lists nothing, and the rest is moved afterwards', async ({
  workbench,
  page,
}) => {
  await workbench.open();
  await dropFiles(page, 'depth.pth');
  await page.getByRole('radio', { name: 'q4' }).check();
  await (await converter(page)).evaluate(() => {
    const move = Reflect.get(FileSystemFileHandle.prototype, 'move');
    let moved = 0;
    Object.assign(FileSystemFileHandle.prototype, {
      move(...place: unknown[]) {
        return ++moved > 1 ? new Promise(() => {}) : Reflect.apply(move, this, place);
      },
    });
  });
  await start(page);
  await expect.poll(async () => Object.keys(await stored(page, 'packs')).length, { timeout: 60_000 }).toBe(1);
  await page.reload();
  await expect(page.getByTestId('conversion-chip')).toHaveText('1 unfinished conversion');
  await page.getByTestId('shelf-button').click();
  await expect(page.getByTestId('shelf-quota')).toBeVisible();
  await expect(page.getByTestId('shelf-row')).toHaveCount(0);
  expect(Object.keys(await stored(page, 'packs')), 'the shelf leaves what was moved').toHaveLength(1);
  await page.keyboard.press('Escape');
  await dropFiles(page, 'depth.pth');
  await page.getByRole('button', { name: 'Go on converting' }).click();
  await finished(page);
  const files = await shelved(page);
  expect(Object.keys(files).sort()).toEqual(['README.md', 'config.json', 'model.safetensors']);
  expect(files['config.json']).toBe(await page.getByTestId('converted').getAttribute('data-sha256'));
  const { files: listed } = JSON.parse(await storedText(page, 'config.json'));
  expect(files['model.safetensors']).toBe(listed['model.safetensors'].sha256);
  expect(await stored(page, 'converting')).toEqual({});
});

/** Text of a file of the one pack on the shelf. */
function storedText(page: Page, name: string): Promise<string> {
  return page.evaluate(async (wanted) => {
    const packs = await (await navigator.storage.getDirectory()).getDirectoryHandle('packs');
    for await (const pack of packs.values())
      if (pack instanceof FileSystemDirectoryHandle) return (await (await pack.getFileHandle(wanted)).getFile()).text();
    return '';
  }, name);
}

/** What the command line says to the same files. */
async function sentence(files: readonly NamedBlob[]): Promise<string> {
  try {
    await convertTo(planConversion(await openCheckpoints(files)), memorySink(), { weights: 'q8' });
  } catch (thrown) {
    if (thrown instanceof VpdError) return thrown.message;
    throw thrown;
  }
  throw new Error('It was accepted.');
}

test('hostile files end in the same sentences as on the command line, and leave nothing', async ({
  workbench,
  page,
}) => {
  await workbench.open();
  await openDialog(page);
  const given = await Promise.all(
    HOSTILE_FILES.map(async ([, blob]) => Buffer.from(await blob.arrayBuffer()).toString('base64')),
  );
  const said = await dialog(page).evaluate(async (element, files) => {
    const sentences: string[] = [];
    for (const base64 of files) {
      const before = element.querySelector('[role=alert]');
      const transfer = new DataTransfer();
      transfer.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], 'w'));
      const picker = element.querySelector('[data-testid=weights-input]');
      if (picker instanceof HTMLInputElement) {
        picker.files = transfer.files;
        picker.dispatchEvent(new Event('change', { bubbles: true }));
      }
      let now = before;
      while (!now || now === before) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        now = element.querySelector('[role=alert]');
      }
      sentences.push(now.textContent);
    }
    return sentences;
  }, given);
  const expected = [];
  for (const [, blob] of HOSTILE_FILES) expected.push(await sentence([{ name: 'w', blob }]));
  expect(said).toEqual(expected);

  await test.step('a bad number in the middle names its tensor', async () => {
    const bad = changed(smallFixture('depth'), {
      values: (name, values) => (name === 'encoder.gamma' ? values.map((v, i) => (i === 3 ? Number.NaN : v)) : values),
    });
    await writeCheckpoint(file('bad.safetensors'), bad);
    await give(page, 'bad.safetensors');
    await start(page);
    await expect(alert(page)).toHaveText(
      'Weight 3 of depth.gamma is NaN: the checkpoint is damaged or its training diverged.',
      { timeout: 60_000 },
    );
    await page.getByRole('button', { name: 'Other files' }).click();
  });

  await test.step('a tensor that is missing is named in the plan', async () => {
    const lacking = changed(smallFixture('depth'), { rename: (name) => (name === 'encoder.gamma' ? undefined : name) });
    await writeCheckpoint(file('lacking.safetensors'), lacking);
    await give(page, 'lacking.safetensors');
    await expect(alert(page)).toHaveText(/lacks 1 tensor \(depth\.gamma\) of a vpd-depth checkpoint\.$/);
    await expect(page.getByRole('button', { name: 'Convert', exact: true })).toHaveCount(0);
  });

  expect(await stored(page, 'converting')).toEqual({});
  expect(await stored(page, 'packs')).toEqual({});
  await page.getByRole('button', { name: 'Other files' }).click();
  await give(page, 'depth.pth');
  await expect(page.getByTestId('plan')).toBeVisible();
});

test('without storage there is a sentence', async ({ workbench, page }) => {
  await page.route('**/assets/convert-*.js', async (route) => {
    const response = await route.fetch();
    const refuse =
      "StorageManager.prototype.getDirectory = () => Promise.reject(new DOMException('No.', 'SecurityError'));\n";
    await route.fulfill({ response, body: refuse + (await response.text()) });
  });
  await workbench.open();
  await dropFiles(page, 'depth.pth');
  await expect(alert(page)).toHaveText(/^This browser window lets no page keep files/);
});

test('the window is right on a phone, in the dark and for screen readers', async ({ workbench, page }, info) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await page.emulateMedia({ colorScheme: 'dark' });
  await workbench.open();
  await dropFiles(page, 'refer.safetensors');
  await expect(page.getByTestId('plan')).toBeVisible();
  for (const summary of await dialog(page).locator('summary').all())
    if (await summary.isVisible()) await summary.click();
  const { violations } = await new AxeBuilder({ page }).include('dialog').analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
  const box = await dialog(page).boundingBox();
  expect((box?.x ?? -1) >= 0 && (box?.width ?? 999) <= 360).toBe(true);
  const overflow = await dialog(page).evaluate((element) => element.scrollWidth - element.clientWidth);
  expect(overflow).toBeLessThanOrEqual(0);
  await info.attach('plan on a phone', { body: await page.screenshot(), contentType: 'image/png' });
  await page.keyboard.press('Escape');
  await expect(dialog(page)).toBeHidden();
});
