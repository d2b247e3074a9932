/** The model shelf: packs are added from servers and files, stored, opened and exported. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { smallFixture } from '../fixtures/small.ts';
import { type FileServer, type Served, startFileServer } from '../src/testing/file-server.ts';
import { violations } from './axe.ts';
import { torchCheckpoint } from './checkpoints.ts';
import { otherPack } from './packs.ts';
import { roomPhoto, STRIP } from './photos.ts';
import { expect, PATIENCE, test, Workbench } from './test.ts';

let server: FileServer;
test.beforeEach(async () => {
  server = await startFileServer(await otherPack('Room model two'));
});
test.afterEach(() => server.close());

/** A pack's files in the form that a file picker returns. */
const picked = (files: Readonly<Record<string, Served>>) =>
  Object.entries(files).map(([path, { bytes, type }]) => ({
    name: path.slice(path.lastIndexOf('/') + 1),
    mimeType: type ?? 'application/octet-stream',
    buffer: Buffer.from(bytes),
  }));

const WEIGHTS = 'pack/model.safetensors';
const served = (path: string) => {
  const file = server.files.get(path);
  if (!file) throw new Error(`${path} is not served.`);
  return file;
};

const shelf = (page: Page) => page.getByTestId('shelf');
const message = (page: Page) => page.getByTestId('shelf-message');
const row = (page: Page, name: string) => page.getByTestId('shelf-row').filter({ hasText: name });

async function openShelf(page: Page): Promise<void> {
  await page.getByTestId('shelf-button').click();
  await expect(page.getByTestId('shelf-quota')).toBeVisible();
}

async function lookUp(page: Page, address: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Address of a model' }).fill(address);
  await page.getByRole('button', { name: 'Look up' }).click();
}

/** sha256 of every file below a folder of the page's private storage, by path. */
function stored(page: Page, root: string): Promise<Record<string, string>> {
  return page.evaluate(async (name) => {
    const found: Record<string, string> = {};
    async function walk(folder: FileSystemDirectoryHandle, path: string): Promise<void> {
      for await (const [key, child] of folder.entries())
        if (child instanceof FileSystemDirectoryHandle) await walk(child, `${path}${key}/`);
        else if (child instanceof FileSystemFileHandle) {
          const digest = await crypto.subtle.digest('SHA-256', await (await child.getFile()).arrayBuffer());
          found[`${path}${key}`] = [...new Uint8Array(digest)].map((b) => b.toString(16).padStart(2, '0')).join('');
        }
    }
    const top = await navigator.storage.getDirectory();
    await walk(await top.getDirectoryHandle(name, { create: true }), '');
    return found;
  }, root);
}

/** Overwrites bytes of a file of every stored pack. */
function damage(page: Page, name: string, at: number, text: string): Promise<void> {
  return page.evaluate(
    async ([file, position, content]) => {
      const packs = await (await navigator.storage.getDirectory()).getDirectoryHandle('packs');
      for await (const folder of packs.values()) {
        if (!(folder instanceof FileSystemDirectoryHandle)) continue;
        const handle = await folder.getFileHandle(file);
        // Rewritten from the first byte, because Chromium keeps the date of a file if a writer keeps its old bytes.
        const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer());
        bytes.set(new TextEncoder().encode(content), position);
        const writable = await handle.createWritable();
        await writable.write(bytes);
        await writable.close();
      }
    },
    [name, at, text] as const,
  );
}

test('a pack is downloaded despite dropped connections and a reload, computes the same, and is exported to another browser', async ({
  workbench,
  page,
  browser,
  baseURL,
}) => {
  // Replaces the folder that a user would pick by one that the test can read.
  await page.addInitScript(() => {
    Object.assign(window, {
      showDirectoryPicker: async () =>
        (await navigator.storage.getDirectory()).getDirectoryHandle('picked', { create: true }),
    });
  });
  const photo = { bytes: await roomPhoto({ strip: true }) };
  await workbench.open();
  await workbench.dropRoom(photo);
  await workbench.ready();
  const depth = await workbench.downloadNpy('.npy, metres');
  await openShelf(page);
  expect(server.log, 'opening the shelf sends no request to the server').toEqual([]);

  await test.step('the page’s own model is listed, with its description', async () => {
    const embedded = page.getByTestId('shelf-embedded');
    await expect(embedded).toContainText('vpd-tiny');
    for (const fact of ['Depth', 'Find', 'Classes', /\d+\.\d MB/, 'open']) await expect(embedded).toContainText(fact);
    const weights = createHash('sha256').update(await readFile('models/tiny/model.safetensors'));
    await expect(embedded.locator('code')).toHaveAttribute('title', new RegExp(`^${weights.digest('hex')}-`));
    await expect(embedded.getByRole('button', { name: 'Delete' })).toHaveCount(0);
  });

  await test.step('the size is stated before the download', async () => {
    workbench.allowed.add(new URL(server.url).origin);
    await lookUp(page, `${server.url}pack/`);
    await expect(page.getByTestId('shelf-found')).toContainText('Room model two');
    await expect(page.getByRole('button', { name: /^Download \d+\.\d MB$/ })).toBeVisible();
    expect(server.log).toEqual(['GET pack/config.json bytes=0-']);
  });

  await test.step('a download shows its progress, and the downloaded part survives a reload', async () => {
    Object.assign(served(WEIGHTS), { drops: [0, 2_000_000], slow: 100 });
    await page.getByRole('button', { name: /^Download \d/ }).click();
    await expect(page.getByTestId('shelf-job')).toContainText(
      /Downloading, [\d.]+ MB of \d+\.\d MB, [\d.]+ [kM]B\/s, \d+(\.\d)? s left/,
      PATIENCE,
    );
    await expect(
      page.getByTestId('shelf-job').locator('[aria-live=off]'),
      'screen readers are not told every figure',
    ).toHaveText(/ MB of .* left$/);
    // The weights and the pack's other files.
    const most = Number(await page.getByTestId('shelf-progress').getAttribute('max'));
    expect(most - served(WEIGHTS).bytes.length).toBeGreaterThanOrEqual(0);
    expect(most - served(WEIGHTS).bytes.length).toBeLessThan(100_000);
    const resumed = () => server.log.filter((line) => /bytes=[1-9]\d*-$/.test(line)).length;
    await expect.poll(resumed, 'after a dropped connection the download continues where it ended').toBeGreaterThan(0);
    await page.reload();
    await openShelf(page);
    const unfinished = page.getByTestId('shelf-unfinished');
    await expect(unfinished).toContainText('Room model two');
    await expect(row(page, 'Room model two'), 'an incomplete pack is not listed').toHaveCount(0);
    served(WEIGHTS).slow = 0;
    server.log.length = 0;
    await unfinished.getByRole('button', { name: 'Continue' }).click();
    await expect(row(page, 'Room model two')).toBeVisible(PATIENCE);
    const asked = server.log.find((line) => line.startsWith(`GET ${WEIGHTS}`));
    expect(Number(/bytes=(\d+)-/.exec(asked ?? '')?.[1]), 'only the missing part is fetched').toBeGreaterThan(0);
    await expect(unfinished).toHaveCount(0);
  });

  const here = row(page, 'Room model two');
  const hash = await here.locator('code').getAttribute('title');
  const zip = await test.step('it is exported as a ZIP and as a folder', async () => {
    const waiting = page.waitForEvent('download');
    await here.getByRole('button', { name: 'Export ZIP' }).click();
    const path = await (await waiting).path();
    await expect(message(page)).toHaveText('Room model two was handed to the browser’s downloads.');
    await here.getByRole('button', { name: 'Export folder' }).click();
    await expect(message(page)).toHaveText(/^Room model two was written into picked\/room-model-two-[0-9a-f]{12}\.$/);
    const given = [...server.files].map(([name, { bytes }]) => [
      `${name.replace('pack/', '')}`,
      createHash('sha256').update(bytes).digest('hex'),
    ]);
    const written = Object.entries(await stored(page, 'picked')).map(([name, sum]) => [name.split('/')[1], sum]);
    expect(Object.fromEntries(written), 'the same bytes as downloaded').toEqual(Object.fromEntries(given));
    return path;
  });

  await test.step('it opens from storage and computes the same', async () => {
    await server.close();
    await here.getByRole('button', { name: 'Open' }).click();
    await expect(shelf(page)).toHaveCount(0);
    await expect(workbench.status).toContainText('Room model two', PATIENCE);
    await expect(page).toHaveURL(/pack=room-model-two-[0-9a-f]{12}/);
    await workbench.ready();
    const again = await workbench.downloadNpy('.npy, metres');
    expect(Buffer.compare(Buffer.from(again.data.buffer), Buffer.from(depth.data.buffer))).toBe(0);
    await page.getByTestId('device').click();
    await expect(page.getByRole('region', { name: 'Device and model' })).toContainText(
      /Loaded from.*this browser’s storage/,
    );
  });

  await test.step('in another browser, from the ZIP, too', async () => {
    const context = await browser.newContext(baseURL === undefined ? {} : { baseURL });
    try {
      const other = new Workbench(await context.newPage(), workbench.backend);
      await other.open();
      await openShelf(other.page);
      await expect(other.page.getByTestId('shelf-row')).toHaveCount(0);
      await other.page.getByTestId('shelf-files').setInputFiles({
        name: 'room.zip',
        mimeType: 'application/zip',
        buffer: await readFile(zip),
      });
      const there = row(other.page, 'Room model two');
      await expect(there).toBeVisible(PATIENCE);
      await expect(there).toContainText('from room.zip');
      expect(await there.locator('code').getAttribute('title')).toBe(hash);
      await there.getByRole('button', { name: 'Open' }).click();
      await expect(other.status).toContainText('Room model two', PATIENCE);
      await other.dropRoom(photo);
      await other.ready();
      const same = await other.downloadNpy('.npy, metres');
      expect(Buffer.compare(Buffer.from(same.data.buffer), Buffer.from(depth.data.buffer))).toBe(0);
    } finally {
      await context.close();
    }
  });
});

test('refusing servers, broken packs, a full disk and no storage: a message each, and the page still works', async ({
  workbench,
  page,
}) => {
  const far = await startFileServer(await otherPack('Far away'));
  for (const { url } of [server, far]) workbench.allowed.add(new URL(url).origin);
  await workbench.open(`sample=none&pack=${encodeURIComponent(`${server.url}pack/`)}`);
  const says = async (address: string, sentence: RegExp) => {
    await lookUp(page, `${server.url}${address}`);
    await expect(message(page), address).toHaveText(sentence, PATIENCE);
  };
  const found = page.getByTestId('shelf-found');
  const download = () => page.getByRole('button', { name: /^Download \d/ }).click();
  const config = served('pack/config.json');

  await test.step('a server in the page’s address is contacted only after the user agrees', async () => {
    await expect(page.getByRole('textbox', { name: 'Address of a model' })).toHaveValue(`${server.url}pack/`);
    await workbench.ready();
    expect(server.log).toEqual([]);
    await page.getByRole('button', { name: 'Look up' }).click();
    await expect(found).toContainText('Room model two');
  });

  await test.step('responses that are not a model', async () => {
    await says(
      'nowhere/',
      /nowhere\/config\.json was answered with 404 Not Found: there is no such file\. A model’s address is that of the folder/,
    );
    config.answers = [{ status: 403 }];
    await says('pack/', /answered with 403 Forbidden: it needs a login or a permission\./);
    config.answers = [{ status: 429, headers: { 'retry-after': '9999' } }];
    await says('pack/', /answered with 429 Too Many Requests: the server wants fewer requests\./);
    server.files.set('page.pth', { bytes: new TextEncoder().encode('<!doctype html>'), type: 'text/html' });
    await says('page.pth', /page\.pth is a web page and not a file\./);
    server.files.set('whole.pth', { bytes: new Uint8Array(9_000_000), ranges: false, contentLength: 4.3e9 });
    await says(
      'whole.pth',
      /whole\.pth can only be fetched as a whole .* its 4\.30 GB are too large to keep in memory\. Download/,
    );
    server.files.set('closed/config.json', { ...config, cors: false });
    await says('closed/', /closed\/config\.json could not be reached\..*CORS/);
    server.files.set('other/config.json', { bytes: new TextEncoder().encode('{"model_type":"clip"}') });
    await says('other/', /^config\.json is not that of a pack .* give the link of the \.pth/);
  });

  await test.step('waiting for a server that does not answer can be cancelled', async () => {
    server.files.set('silent/config.json', { ...config, slow: 1e6, bytes: new Uint8Array(70_000) });
    await lookUp(page, `${server.url}silent/`);
    await page.getByRole('button', { name: 'Stop' }).click();
    await expect(page.getByRole('button', { name: 'Look up' })).toBeEnabled();
  });

  await test.step('a server that asks to wait a little is contacted again', async () => {
    config.answers = [{ status: 429, headers: { 'retry-after': '0.1' } }];
    await lookUp(page, `${server.url}pack/config.json`);
    await expect(found).toContainText('Room model two');
  });

  await test.step('a file that changes stops the download, and it can be discarded', async () => {
    Object.assign(served(WEIGHTS), { drops: [3_000_000], etag: '"before"' });
    const watch = setInterval(() => {
      if (server.log.includes(`GET ${WEIGHTS} bytes=0-`)) served(WEIGHTS).etag = '"after"';
    }, 5);
    await download();
    await expect(message(page)).toHaveText(
      'model.safetensors changed on the server while it was being read (its ETag "before" became "after"). Start again.',
      PATIENCE,
    );
    clearInterval(watch);
    const before = config.bytes;
    config.bytes = Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(before).toString()), name: 'Another' }));
    await page.getByTestId('shelf-unfinished').getByRole('button', { name: 'Continue' }).click();
    await expect(message(page), 'the message says that the model has changed').toHaveText(
      /^The model at .*pack\/ has changed since this download began, so the download cannot continue\. Discard it/,
    );
    config.bytes = before;
    await page.getByTestId('shelf-unfinished').getByRole('button', { name: 'Discard' }).click();
    await page.getByTestId('shelf-unfinished').getByRole('button', { name: 'Discard' }).click();
    await expect(page.getByTestId('shelf-unfinished')).toHaveCount(0);
  });

  await test.step('a server without ranges sends the whole file, and wrong bytes are detected by their hash', async () => {
    const right = served(WEIGHTS).bytes;
    const wrong = Uint8Array.from(right);
    wrong[5_000_000] = (wrong[5_000_000] ?? 0) ^ 1;
    Object.assign(served(WEIGHTS), { ranges: false, bytes: wrong, drops: [4_000_000] });
    await download();
    await expect(message(page)).toHaveText(
      /^model\.safetensors has sha256 [0-9a-f]{64} and config\.json says/,
      PATIENCE,
    );
    await expect(page.getByTestId('shelf-row'), 'no incomplete pack is listed').toHaveCount(0);
    served(WEIGHTS).bytes = right;
    await page.getByTestId('shelf-unfinished').getByRole('button', { name: 'Continue' }).click();
    await expect(row(page, 'Room model two')).toBeVisible(PATIENCE);
  });

  await test.step('a host that redirects to another one, whose headers this page cannot read', async () => {
    for (const path of ['config.json', 'model.safetensors', 'README.md']) {
      server.files.set(`moved/${path}`, { bytes: new Uint8Array(), redirect: () => `${far.url}pack/${path}?signed` });
      Object.assign(far.files.get(`pack/${path}`) ?? {}, { cors: 'bytes only' });
    }
    Object.assign(far.files.get(WEIGHTS) ?? {}, { drops: [3_000_000] });
    await lookUp(page, `${server.url}moved/`);
    await download();
    await expect(row(page, 'Far away')).toContainText(`from ${server.url}moved/`, PATIENCE);
    // Data in transit may be lost when a connection is cut.
    const [resumed, ...more] = far.log.flatMap((line) => /bytes=([1-9]\d*)-/.exec(line)?.[1] ?? []);
    expect(more).toEqual([]);
    expect(Number(resumed)).toBeGreaterThan(0);
    expect(Number(resumed)).toBeLessThanOrEqual(3_000_000);
    await far.close();
    await row(page, 'Far away').getByRole('button', { name: 'Delete' }).click();
    await row(page, 'Far away').getByRole('button', { name: 'Delete' }).click();
    await expect(row(page, 'Far away')).toHaveCount(0);
  });

  await test.step('renaming, a check of the hashes, and axe', async () => {
    const rename = (name: string) => row(page, name).getByRole('button', { name: 'Rename' });
    await rename('Room model two').click();
    await page.keyboard.press('Escape');
    await expect(rename('Room model two'), 'the focus is back').toBeFocused();
    await page.keyboard.press('Enter');
    await page.getByRole('textbox', { name: 'Name of the model' }).fill('Attic');
    await page.keyboard.press('Enter');
    await expect(row(page, 'Attic')).toBeVisible();
    await expect(rename('Attic'), 'the focus is back').toBeFocused();
    await row(page, 'Attic').getByRole('button', { name: 'Check' }).click();
    await expect(message(page)).toHaveText('Attic: every file has the expected hash.', PATIENCE);
    expect(await violations(page)).toEqual([]);
  });

  await test.step('changed weights: the message names the file, and the open model stays', async () => {
    await damage(page, 'model.safetensors', 5_000_000, '\u0001\u0002\u0003');
    await row(page, 'Attic').getByRole('button', { name: 'Open' }).click();
    const sentence = /^The stored model Attic cannot be used: model\.safetensors has sha256 [0-9a-f]{64}/;
    await expect(workbench.notices.locator('p')).toHaveText(sentence, PATIENCE);
    await expect(workbench.status).toContainText('vpd-tiny');
    await workbench.notices.getByRole('button', { name: 'Dismiss' }).click();
    await openShelf(page);
    const id = await row(page, 'Attic').getAttribute('data-id');
    await page.goto(`?backend=${workbench.backend}&sample=none&pack=${id}`);
    await expect(workbench.notices.locator('p')).toHaveText(sentence, PATIENCE);
    await expect(workbench.status, 'the page falls back to its own model').toContainText('vpd-tiny');
    await workbench.notices.getByRole('button', { name: 'Dismiss' }).click();
  });

  await test.step('a changed config: the pack is listed as damaged and can be deleted', async () => {
    await damage(page, 'config.json', 100, 'x');
    await openShelf(page);
    const damaged = page.getByTestId('shelf-damaged');
    await expect(damaged).toContainText('Attic');
    await expect(damaged).toContainText('Its config.json is not the one that was stored. Delete it and get it again.');
    await expect(page.getByTestId('shelf-row')).toHaveCount(0);
    await damaged.getByRole('button', { name: 'Delete' }).click();
    await damaged.getByRole('button', { name: 'Delete' }).click();
    await expect(damaged).toHaveCount(0);
    expect(await stored(page, 'packs')).toEqual({});
  });

  await test.step('files of a folder are added together, dropped anywhere; a missing one is named', async () => {
    const files = picked(await otherPack('Far sight', 'pack/', false, 2048));
    const input = page.getByTestId('shelf-files');
    await input.setInputFiles(files.filter(({ name }) => name !== 'model.safetensors'));
    await expect(message(page)).toHaveText(/^model\.safetensors is not among the files given\./);
    await input.setInputFiles(files.filter(({ name }) => name === 'model.safetensors'));
    await expect(message(page)).toHaveText(
      /^config\.json is not among what was given\. .*If model\.safetensors is a checkpoint, choose “Convert a checkpoint…”\.$/,
    );
    await page.keyboard.press('Escape');
    await workbench.drop(files.map(({ name, mimeType, buffer }) => ({ name, type: mimeType, bytes: buffer })));
    await expect(row(page, 'Far sight')).toContainText('from 3 files', PATIENCE);
    for (const task of ['Depth', 'Find', 'Classes']) await expect(row(page, 'Far sight')).toContainText(task);
  });

  await test.step('a model too large for the device gives a message before it is loaded, and a smaller input helps', async () => {
    const open = row(page, 'Far sight').getByRole('button', { name: 'Open', exact: true });
    const misfit = page.getByTestId('shelf-misfit');
    await row(page, 'Far sight').getByRole('button', { name: 'Compare' }).click();
    await expect(misfit).toContainText(/^At 2048 px it needs about [\d.]+ GB and WebAssembly can use 3\.76 GB\./);
    await expect(misfit.getByRole('button', { name: 'Compare anyway' })).toBeVisible();
    await misfit.getByRole('button', { name: 'Cancel' }).click();
    await expect(misfit).toHaveCount(0);
    await open.click();
    await misfit.getByRole('button', { name: /^Open at \d{4} px$/ }).click();
    await expect(workbench.status).toContainText('Far sight', PATIENCE);
    await expect(page, 'a reload keeps the input size').toHaveURL(/[?&]side=\d{4}\b/);
    await openShelf(page);
    await expect(row(page, 'Far sight')).toContainText('Open another model to delete this one.');
    const other = await page.context().newPage();
    // A tab without the page's own model opens faster.
    await other.route('**/models/**', (route) => route.abort());
    const id = await row(page, 'Far sight').getAttribute('data-id');
    await other.goto(`?backend=${workbench.backend}&sample=none&pack=${id}`);
    await expect(
      other.getByText(/^Far sight does not fit this device\. At 2048 px it needs .* Open it from Models/),
      'an address does not load it unasked',
    ).toBeVisible(PATIENCE);
    await openShelf(other);
    await row(other, 'Far sight').getByRole('button', { name: 'Delete' }).click();
    await row(other, 'Far sight').getByRole('button', { name: 'Delete' }).click();
    await expect(message(other), 'the model is open there').toHaveText(/^The model is in use in a tab of this page/);
    await other.close();
  });

  await test.step('a full disk', async () => {
    const devtools = await page.context().newCDPSession(page);
    const { origin } = new URL(page.url());
    const { usage } = await page.evaluate(() => navigator.storage.estimate());
    await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: (usage ?? 0) + 4_000_000 });
    await lookUp(page, `${server.url}pack/`);
    await download();
    // Refused before anything is written if the browser reports the free space, else when a write fails.
    await expect(message(page)).toHaveText(
      /^(Room model two needs \d+\.\d MB more and the browser gives this page only|There is no room left for \S+:) .*Delete a model/,
      PATIENCE,
    );
    await expect(page.getByTestId('shelf-row')).toHaveCount(1);
  });

  await test.step('no storage, as in a private window of some browsers', async () => {
    const without = 'delete StorageManager.prototype.getDirectory;';
    await page.addInitScript(without);
    await page.route(/\/assets\/(shelf|worker)-[^/]*\.js$/, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: `${without}${await response.text()}` });
    });
    await page.goto(`?backend=${workbench.backend}&sample=none&pack=gone-0123`);
    await expect(workbench.notices.locator('p').filter({ hasText: 'so models cannot be stored' })).toBeVisible();
    await expect(workbench.status, 'the page’s own model opens').toContainText('vpd-tiny', PATIENCE);
    await page.getByTestId('shelf-button').click();
    await expect(message(page)).toHaveText(
      /^This browser window does not let pages store files .* Use a normal window\.$/,
    );
    await expect(page.getByTestId('shelf-embedded')).toContainText('vpd-tiny');
  });
});

test('a checkpoint on a server is converted to a model on the shelf, which keeps its origin', async ({
  workbench,
  page,
}) => {
  const bytes = new Uint8Array(await (await torchCheckpoint(smallFixture('depth'))).arrayBuffer());
  server.files.set('owner/vpd.pth', { bytes, etag: '"v"', drops: [0, 1_000_000] });
  workbench.allowed.add(new URL(server.url).origin);
  await workbench.open();
  await openShelf(page);
  await lookUp(page, `${server.url}owner/vpd.pth`);
  await expect(page.getByTestId('shelf-found')).toContainText(/vpd\.pth is a checkpoint of [\d.]+ MB/);
  await page.getByRole('button', { name: 'Show the conversion plan…' }).click();
  await expect(page.getByTestId('plan')).toHaveAttribute('data-family', 'vpd-depth');
  await page.getByText('settings that the file does not contain').click();
  await page.getByRole('spinbutton', { name: 'Attention heads' }).fill('4');
  await page.getByRole('radio', { name: 'q4' }).check();
  await page.getByRole('button', { name: 'Convert', exact: true }).click();
  const converted = page.getByTestId('converted');
  await expect(converted).toBeVisible({ timeout: 90_000 });
  const hashes = await stored(page, 'packs');
  const folder = await converted.getAttribute('data-id');
  expect(hashes[`${folder}/config.json`]).toBe(await converted.getAttribute('data-sha256'));
  expect(served('owner/vpd.pth').drops, 'connections were dropped meanwhile').toEqual([]);
  await page.keyboard.press('Escape');
  await openShelf(page);
  const made = row(page, 'VPD depth');
  await expect(made).toContainText(`from ${server.url}owner/vpd.pth`);
  for (const fact of ['Depth', 'q4']) await expect(made).toContainText(fact);
  await expect(made.locator('code')).toHaveAttribute(
    'title',
    new RegExp(`^${hashes[`${folder}/model.safetensors`]}-[0-9a-f]{8}$`),
  );
  await made.getByRole('button', { name: 'Open' }).click();
  await expect(workbench.status).toContainText('VPD depth', PATIENCE);
});

test('two models on one photo: each on its side of the handle, with figures of their difference', async ({
  workbench,
  page,
}) => {
  await workbench.open();
  await workbench.dropRoom({ bytes: await roomPhoto({ strip: true }) });
  await workbench.ready();
  await openShelf(page);
  const folder = test.info().outputPath('pack');
  await mkdir(folder, { recursive: true });
  for (const { name, buffer } of picked(await otherPack('Worn copy', 'pack/', true)))
    await writeFile(join(folder, name), buffer);
  await page.getByRole('region', { name: 'Add a model' }).getByTestId('folder').setInputFiles(folder);
  await expect(row(page, 'Worn copy')).toBeVisible(PATIENCE);
  await row(page, 'Worn copy').getByRole('button', { name: 'Compare' }).click();
  const panel = page.getByTestId('second-model');
  await expect(panel).toContainText('Worn copy', PATIENCE);
  await expect(panel).toContainText(/Weights of both\s*\d+\.\d MB \+ \d+\.\d MB/);
  const figure = (name: string) => panel.getByTestId('second-model-figure').filter({ hasText: name }).locator('dd');
  await expect(figure('Mean difference')).toHaveText(/^\d+\.\d\d m$/, { timeout: 120_000 });

  await test.step('one model is drawn left of the handle, the other right of it', async () => {
    const handle = page.getByRole('slider', { name: 'Compare: Worn copy left of the handle' });
    await expect(handle).toHaveAttribute('aria-valuenow', '50');
    const at = (x: number, y: number) => workbench.drawnAt(STRIP, x, y);
    await handle.focus();
    await page.keyboard.press('End');
    await expect(handle).toHaveAttribute('aria-valuenow', '100');
    const worn = [await at(40, 30), await at(280, 30)];
    await page.keyboard.press('Home');
    await expect(handle).toHaveAttribute('aria-valuenow', '0');
    const own = [await at(40, 30), await at(280, 30)];
    expect(worn, 'the two models compute different depths').not.toEqual(own);
    await page.keyboard.press('2');
    await expect(handle).toHaveAttribute('aria-valuenow', '50');
    const both = async () => [await at(40, 30), await at(280, 30)];
    expect(await both()).toEqual([worn[0], own[1]]);
    await page.keyboard.press('l');
    const bare = (await both()).map((colour) => colour.join());
    await page.keyboard.press('l');
    await page.getByLabel('Show', { exact: true }).selectOption('normals');
    const covered = async () => (await both()).map((colour, i) => colour.join() !== bare[i]);
    await expect.poll(covered, 'surface normals too are drawn on both sides').toEqual([true, true]);
    await page.getByLabel('Show', { exact: true }).selectOption('depth');
  });

  await test.step('the crosshair shows values of both', async () => {
    await workbench.stage.focus();
    await page.keyboard.press('ArrowRight');
    await expect(workbench.readout).toContainText(/\d+\.\d\d m \| \d+\.\d\d m/);
    await expect(page.locator('[aria-live=polite]')).toHaveText(/ metres; left of the handle; .* metres/);
  });

  await test.step('in every task', async () => {
    await workbench.openTab('Classes');
    await expect(figure('Pixels of the same class')).toHaveText(/^\d+\.\d %$/, { timeout: 120_000 });
    await workbench.find('the box');
    await expect(figure('Masks’ IoU')).toHaveText(/^\d\.\d{3}$/, { timeout: 120_000 });
  });

  await test.step('heat maps have one scale, and a head is compared with the same head', async () => {
    await expect(page.getByText('These files hold the results right of the handle only.')).toBeVisible();
    await page.locator('.token', { hasText: 'box' }).click();
    const scale = page.getByTestId('heat-scale');
    const left = page.getByTestId('heat-left');
    const number = async (of: Locator, name: string) => Number(await of.getAttribute(`data-${name}`));
    const isShared = async () => {
      const peaks = [await number(scale, 'max'), await number(left, 'max')];
      expect(peaks[0]).not.toBe(peaks[1]);
      expect(await number(scale, 'high')).toBe(Math.max(...peaks));
    };
    await expect(left).toContainText('mean that the head used');
    await isShared();
    await page.getByText('Layers and heads').click();
    await page
      .getByRole('button', { name: /^up 1\/16.*head 1/ })
      .first()
      .click({ timeout: 120_000 });
    await expect(left).toContainText(/up 1\/16.*, head 1/, { timeout: 120_000 });
    await isShared();
    await page.getByText('Layers and heads').click();
  });

  await test.step('the address keeps the comparison', async () => {
    const iou = (await figure('Masks’ IoU').textContent()) ?? '';
    await expect(page).toHaveURL(/beside=worn-copy-[0-9a-f]{12}/);
    await expect(workbench.status).toHaveAttribute('data-saved', 'saved');
    await page.reload();
    await expect(panel).toContainText('Worn copy', PATIENCE);
    await expect(figure('Masks’ IoU')).toHaveText(iou, { timeout: 120_000 });
    await openShelf(page);
    await expect(row(page, 'Worn copy')).toContainText('Stop comparing to delete this one.');
    await page.keyboard.press('Escape');
  });

  const engines = () => page.workers().filter((worker) => worker.url().includes('worker-'));
  await test.step('a crash of the second model is reported in its place, and Retry restores it', async () => {
    const iou = (await figure('Masks’ IoU').textContent()) ?? '';
    await engines()
      .at(-1)
      ?.evaluate(() => {
        setTimeout(() => {
          throw new Error('crashed on purpose');
        });
      });
    await expect(panel.getByRole('alert')).toHaveText(/crashed on purpose\. Retry starts a fresh one; /);
    await expect(workbench.notices).toHaveCount(0);
    await panel.getByRole('button', { name: 'Retry' }).click();
    await expect(panel.getByRole('alert')).toHaveCount(0);
    await expect(figure('Masks’ IoU')).toHaveText(iou, { timeout: 120_000 });
  });

  expect(engines()).toHaveLength(2);
  await panel.getByRole('button', { name: 'Stop comparing' }).click();
  await expect(panel).toHaveCount(0);
  await expect.poll(() => engines().length, 'its engine is closed').toBe(1);
  await expect(page).not.toHaveURL(/beside=/);
  await expect(page.getByRole('slider', { name: 'Compare: photo left' })).toBeVisible();
});
