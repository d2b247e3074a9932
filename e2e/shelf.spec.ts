/** The model shelf: packs come in from servers and files, stay, open, and go out again. */
import { readFile } from 'node:fs/promises';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { type FileServer, startFileServer } from './file-server.ts';
import { otherPack } from './packs.ts';
import { roomPhoto } from './photos.ts';
import { colourAt, expect, test, Workbench } from './test.ts';

let server: FileServer;
test.beforeEach(async () => {
  server = await startFileServer(await otherPack('Room model two'));
});
test.afterEach(() => server.close());

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

/** Downloads the pack of the server and waits until it is on the shelf. */
async function download(workbench: Workbench): Promise<void> {
  workbench.allowed.add(new URL(server.url).origin);
  await openShelf(workbench.page);
  await lookUp(workbench.page, `${server.url}pack/`);
  await workbench.page.getByRole('button', { name: /^Download \d/ }).click();
  await expect(row(workbench.page, 'Room model two')).toBeVisible({ timeout: 60_000 });
}

test('a pack comes from a server that drops connections, survives a reload on its way, and gives what it gave', async ({
  workbench,
  page,
}) => {
  await workbench.open();
  await workbench.drop([{ name: 'room.png', type: 'image/png', bytes: await roomPhoto(true) }]);
  await workbench.ready();
  const depth = await workbench.downloadNpy('.npy, metres');
  await openShelf(page);
  expect(server.log, 'nothing is asked of anyone by opening the shelf').toEqual([]);

  await test.step('the size is stated before the download', async () => {
    workbench.allowed.add(new URL(server.url).origin);
    await lookUp(page, `${server.url}pack/`);
    await expect(page.getByTestId('shelf-found')).toContainText('Room model two');
    await expect(page.getByRole('button', { name: /^Download 11\.\d MB$/ })).toBeVisible();
    expect(server.log).toEqual(['GET pack/config.json']);
  });

  await test.step('a download shows how far it is, and what has come survives a reload', async () => {
    Object.assign(served(WEIGHTS), { drops: [0, 2_000_000], slow: 30 });
    await page.getByRole('button', { name: /^Download 11/ }).click();
    await expect(page.getByTestId('shelf-job')).toContainText(
      /Downloading, [\d.]+ MB of 11\.\d MB, [\d.]+ [kM]B\/s, \d+(\.\d)? s left/,
      {
        timeout: 60_000,
      },
    );
    await expect(page.getByTestId('shelf-progress')).toHaveAttribute('max', /^11\d{6}$/);
    const resumed = () => server.log.filter((line) => line.startsWith(`GET ${WEIGHTS} bytes=`)).length;
    await expect.poll(resumed, 'the connection that dropped was taken up where it ended').toBeGreaterThan(0);
    await page.reload();
    await openShelf(page);
    const unfinished = page.getByTestId('shelf-unfinished');
    await expect(unfinished).toContainText('Room model two');
    await expect(row(page, 'Room model two'), 'half a pack is not listed').toHaveCount(0);
    served(WEIGHTS).slow = 0;
    server.log.length = 0;
    await unfinished.getByRole('button', { name: 'Go on' }).click();
    await expect(row(page, 'Room model two')).toBeVisible({ timeout: 60_000 });
    const asked = server.log.find((line) => line.startsWith(`GET ${WEIGHTS}`));
    expect(Number(/bytes=(\d+)-/.exec(asked ?? '')?.[1]), 'only what was missing is fetched').toBeGreaterThan(
      2_000_000,
    );
    await expect(unfinished).toHaveCount(0);
  });

  await test.step('it opens from this machine and computes the same', async () => {
    await server.close();
    await row(page, 'Room model two').getByRole('button', { name: 'Load' }).click();
    await expect(shelf(page)).toHaveCount(0);
    await expect(workbench.status).toContainText('Room model two', { timeout: 60_000 });
    await expect(page).toHaveURL(/pack=room-model-two-[0-9a-f]{12}/);
    await workbench.drop([{ name: 'room.png', type: 'image/png', bytes: await roomPhoto(true) }]);
    await workbench.ready();
    const again = await workbench.downloadNpy('.npy, metres');
    expect(Buffer.compare(Buffer.from(again.data.buffer), Buffer.from(depth.data.buffer))).toBe(0);
    await page.getByTestId('device').click();
    await expect(page.getByRole('region', { name: 'Device and model' })).toContainText(
      /Loaded from.*this browser’s storage/,
    );
    await page.keyboard.press('Escape');
  });

  await test.step('the address opens it again', async () => {
    await page.reload();
    await expect(workbench.status).toContainText('Room model two', { timeout: 60_000 });
  });
});

test('exported here, it opens in another browser with the same output', async ({
  workbench,
  page,
  browser,
  baseURL,
}) => {
  await workbench.open();
  await download(workbench);
  const waiting = page.waitForEvent('download');
  await row(page, 'Room model two').getByRole('button', { name: 'Export ZIP' }).click();
  const zip = await (await waiting).path();
  await expect(message(page)).toContainText('Room model two was handed to the browser’s downloads.');
  await row(page, 'Room model two').getByRole('button', { name: 'Load' }).click();
  await workbench.drop([{ name: 'room.png', type: 'image/png', bytes: await roomPhoto(true) }]);
  await workbench.ready();
  const depth = await workbench.downloadNpy('.npy, metres');

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
    await expect(there).toBeVisible({ timeout: 60_000 });
    await expect(there).toContainText('from room.zip');
    const hash = await row(other.page, 'Room model two').locator('code').getAttribute('title');
    await there.getByRole('button', { name: 'Load' }).click();
    await other.drop([{ name: 'room.png', type: 'image/png', bytes: await roomPhoto(true) }]);
    await other.ready();
    await expect(other.status).toContainText('Room model two');
    const same = await other.downloadNpy('.npy, metres');
    expect(Buffer.compare(Buffer.from(same.data.buffer), Buffer.from(depth.data.buffer))).toBe(0);
    await openShelf(page);
    expect(await row(page, 'Room model two').locator('code').getAttribute('title')).toBe(hash);
  } finally {
    await context.close();
  }
});

test('servers that refuse, change their mind or give something else, each in a sentence', async ({
  workbench,
  page,
}) => {
  workbench.allowed.add(new URL(server.url).origin);
  await workbench.open();
  await openShelf(page);
  const says = async (address: string, sentence: RegExp) => {
    await lookUp(page, `${server.url}${address}`);
    await expect(message(page), address).toHaveText(sentence, { timeout: 60_000 });
  };
  const config = served('pack/config.json');
  await says('nowhere/', /nowhere\/config\.json was answered with 404 Not Found: there is no such file\./);
  config.answers = [{ status: 403 }];
  await says('pack/', /answered with 403 Forbidden: it needs a login or a permission\./);
  config.answers = [{ status: 429, headers: { 'retry-after': '9999' } }];
  await says('pack/', /answered with 429 Too Many Requests: the server wants fewer requests\./);
  server.files.set('page.pth', { bytes: new TextEncoder().encode('<!doctype html>'), type: 'text/html' });
  await says('page.pth', /page\.pth is a web page and not a file\./);
  server.files.set('closed/config.json', { ...config, cors: false });
  await says('closed/', /closed\/config\.json could not be reached\..*CORS/);

  await test.step('a server that asks to wait a little is waited for', async () => {
    config.answers = [{ status: 429, headers: { 'retry-after': '0.1' } }];
    await lookUp(page, `${server.url}pack/config.json`);
    await expect(page.getByTestId('shelf-found')).toContainText('Room model two');
  });

  await test.step('a file that changes stops the download, and it can be discarded', async () => {
    Object.assign(served(WEIGHTS), { drops: [3_000_000], slow: 0 });
    served(WEIGHTS).etag = '"before"';
    const watch = setInterval(() => {
      if (server.log.includes(`GET ${WEIGHTS}`)) served(WEIGHTS).etag = '"after"';
    }, 5);
    await page.getByRole('button', { name: /^Download \d/ }).click();
    await expect(message(page)).toHaveText(
      'model.safetensors changed on the server while it was being read (its ETag "before" became "after"). Start again.',
      { timeout: 60_000 },
    );
    clearInterval(watch);
    await page.getByTestId('shelf-unfinished').getByRole('button', { name: 'Discard' }).click();
    await page.getByTestId('shelf-unfinished').getByRole('button', { name: 'Discard' }).click();
    await expect(page.getByTestId('shelf-unfinished')).toHaveCount(0);
  });

  await test.step('a server without ranges gives the whole, and wrong bytes are told by their hash', async () => {
    const right = served(WEIGHTS).bytes;
    const wrong = Uint8Array.from(right);
    wrong[5_000_000] = (wrong[5_000_000] ?? 0) ^ 1;
    Object.assign(served(WEIGHTS), { ranges: false, bytes: wrong, drops: [4_000_000] });
    await page.getByRole('button', { name: /^Download \d/ }).click();
    await expect(message(page)).toHaveText(/^model\.safetensors has sha256 [0-9a-f]{64} and config\.json says/, {
      timeout: 60_000,
    });
    served(WEIGHTS).bytes = right;
    await page.getByTestId('shelf-unfinished').getByRole('button', { name: 'Go on' }).click();
    await expect(row(page, 'Room model two')).toBeVisible({ timeout: 60_000 });
  });
});

test('a checkpoint on a server is recognised from its first bytes', async ({ workbench, page }) => {
  workbench.allowed.add(new URL(server.url).origin);
  server.files.set('owner/vpd.pth', { bytes: await readFile('src/weights/testdata/tiny.pth') });
  await workbench.open();
  await openShelf(page);
  await lookUp(page, `${server.url}owner/vpd.pth`);
  await expect(page.getByTestId('shelf-found')).toContainText(/vpd\.pth is a checkpoint of \d+ kB/);
});

test('rename, check, damage, delete; files of a folder come in together', async ({ workbench, page }) => {
  await workbench.open();
  await openShelf(page);
  const files = [...server.files].map(([path, { bytes, type }]) => ({
    name: path.slice('pack/'.length),
    mimeType: type ?? 'application/octet-stream',
    buffer: Buffer.from(bytes),
  }));
  const input = page.getByTestId('shelf-files');
  await input.setInputFiles(files.filter(({ name }) => name !== 'model.safetensors'));
  await expect(message(page)).toHaveText(/^model\.safetensors is not among the files given\./);
  await page.keyboard.press('Escape');
  await workbench.drop(files.map(({ name, mimeType, buffer }) => ({ name, type: mimeType, bytes: buffer })));
  await expect(row(page, 'Room model two'), 'dropped anywhere').toContainText('from 3 files', { timeout: 60_000 });
  for (const task of ['Depth', 'Find', 'Classes']) await expect(row(page, 'Room model two')).toContainText(task);

  await row(page, 'Room model two').getByRole('button', { name: 'Rename' }).click();
  await page.getByRole('textbox', { name: 'Name of the model' }).fill('Attic');
  await page.keyboard.press('Enter');
  await expect(row(page, 'Attic')).toBeVisible();
  await row(page, 'Attic').getByRole('button', { name: 'Check' }).click();
  await expect(message(page)).toHaveText('Attic: every file has the hash it should have.', { timeout: 60_000 });
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([]);

  await test.step('a byte that is not what it was: the sentence names the file, and the open model stays', async () => {
    await page.evaluate(async () => {
      const packs = await (await navigator.storage.getDirectory()).getDirectoryHandle('packs');
      for await (const handle of packs.values()) {
        if (!(handle instanceof FileSystemDirectoryHandle)) continue;
        const file = await handle.getFileHandle('model.safetensors');
        const bytes = new Uint8Array(await (await file.getFile()).arrayBuffer());
        bytes.set([1, 2, 3], 5_000_000);
        const writable = await file.createWritable();
        await writable.write(bytes);
        await writable.close();
      }
    });
    await row(page, 'Attic').getByRole('button', { name: 'Load' }).click();
    const sentence = /^The stored model Attic cannot be used: model\.safetensors has sha256 [0-9a-f]{64}/;
    await expect(workbench.notices.locator('p')).toHaveText(sentence, { timeout: 60_000 });
    await expect(workbench.status).toContainText('vpd-tiny');
    await workbench.notices.getByRole('button', { name: 'Dismiss' }).click();
    await openShelf(page);
    await row(page, 'Attic').getByRole('button', { name: 'Check' }).click();
    await expect(message(page)).toHaveText(sentence, { timeout: 60_000 });
    const id = await row(page, 'Attic').getAttribute('data-id');
    await page.goto(`?backend=${workbench.backend}&sample=none&pack=${id}`);
    await expect(workbench.notices.locator('p')).toHaveText(sentence, { timeout: 60_000 });
    await expect(workbench.status, 'the page falls back to its own model').toContainText('vpd-tiny');
  });

  await openShelf(page);
  await row(page, 'Attic').getByRole('button', { name: 'Delete' }).click();
  await row(page, 'Attic').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByTestId('shelf-row')).toHaveCount(0);
  const left = await page.evaluate(async () => {
    const packs = await (await navigator.storage.getDirectory()).getDirectoryHandle('packs');
    const names: string[] = [];
    for await (const name of packs.keys()) names.push(name);
    return names;
  });
  expect(left).toEqual([]);
});

test('an address in the page’s own address is asked about before it is contacted', async ({ workbench, page }) => {
  workbench.allowed.add(new URL(server.url).origin);
  await workbench.open(`sample=none&pack=${encodeURIComponent(`${server.url}pack/`)}`);
  await expect(page.getByRole('textbox', { name: 'Address of a model' })).toHaveValue(`${server.url}pack/`);
  await workbench.ready();
  expect(server.log).toEqual([]);
  await page.getByRole('button', { name: 'Look up' }).click();
  await expect(page.getByTestId('shelf-found')).toContainText('Room model two');
  await page.goto(`?backend=${workbench.backend}&sample=none&pack=gone-0123`);
  await expect(workbench.notices.locator('p')).toHaveText(
    'The model gone-0123 is no longer stored in this browser. Choose another one.',
  );
  await workbench.ready();
  await expect(workbench.status).toContainText('vpd-tiny');
});

test('no room and no storage are clear sentences', async ({ workbench, page }) => {
  workbench.allowed.add(new URL(server.url).origin);
  await workbench.open();
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Storage.overrideQuotaForOrigin', { origin: new URL(page.url()).origin, quotaSize: 4_000_000 });
  await openShelf(page);
  await lookUp(page, `${server.url}pack/`);
  await page.getByRole('button', { name: /^Download \d/ }).click();
  // Before anything is written where the browser tells how much is free, else when it refuses to write more.
  await expect(message(page)).toHaveText(
    /^(Room model two needs 11\.\d MB more and the browser gives this page only|There is no room left for \S+:) .*Delete a model/,
    { timeout: 60_000 },
  );
  await expect(page.getByTestId('shelf-row')).toHaveCount(0);

  // As in a private window of some browsers.
  await page.route('**/assets/shelf-*.js', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `delete StorageManager.prototype.getDirectory;${await response.text()}` });
  });
  await page.reload();
  await page.getByTestId('shelf-button').click();
  await expect(message(page)).toHaveText(/^This browser window lets no page keep files .* Use a normal window\.$/);
  await expect(page.getByTestId('shelf-embedded'), 'the page’s own model stays').toBeVisible();
});

test('a model that asks too much of the device says so before it is loaded, and a smaller input helps', async ({
  workbench,
  page,
}) => {
  await workbench.open();
  await openShelf(page);
  const files = Object.entries(await otherPack('Far sight', 'pack/', false, 8192)).map(([path, { bytes }]) => ({
    name: path.slice('pack/'.length),
    mimeType: 'application/octet-stream',
    buffer: Buffer.from(bytes),
  }));
  await page.getByTestId('shelf-files').setInputFiles(files);
  const load = row(page, 'Far sight').getByRole('button', { name: 'Load', exact: true });
  await load.click();
  const misfit = page.getByTestId('shelf-misfit');
  await expect(misfit).toContainText(/^At 8192 px it needs about [\d.]+ GB and WebAssembly can use 3\.76 GB\./, {
    timeout: 60_000,
  });
  await misfit.getByRole('button', { name: 'Leave it' }).click();
  await expect(misfit).toHaveCount(0);
  await load.click();
  await misfit.getByRole('button', { name: /^Look at \d{4} px$/ }).click();
  await expect(workbench.status).toContainText('Far sight', { timeout: 60_000 });
});

test('two models on one photo: each on its side of the handle, with figures of how they differ', async ({
  workbench,
  page,
}) => {
  await workbench.open();
  await workbench.drop([{ name: 'room.png', type: 'image/png', bytes: await roomPhoto(true) }]);
  await workbench.ready();
  await openShelf(page);
  const files = Object.entries(await otherPack('Worn copy', 'pack/', true)).map(([path, { bytes }]) => ({
    name: path.slice('pack/'.length),
    mimeType: 'application/octet-stream',
    buffer: Buffer.from(bytes),
  }));
  await page.getByTestId('shelf-files').setInputFiles(files);
  await expect(row(page, 'Worn copy')).toBeVisible({ timeout: 60_000 });
  await row(page, 'Worn copy').getByRole('button', { name: 'Compare' }).click();
  const panel = page.getByTestId('beside');
  await expect(panel).toContainText('Worn copy', { timeout: 60_000 });
  await expect(panel).toContainText(/Weights of both\s*11\.\d MB \+ 11\.\d MB/);
  const figure = (name: string) => panel.getByTestId('beside-figure').filter({ hasText: name }).locator('dd');
  await expect(figure('Mean difference')).toHaveText(/^\d+\.\d\d m$/, { timeout: 120_000 });

  await test.step('left of the handle is one model, right of it the other', async () => {
    const handle = page.getByRole('slider', { name: 'Compare: Worn copy left of the handle' });
    await expect(handle).toHaveAttribute('aria-valuenow', '50');
    const photo = { width: 320, height: 64 };
    const at = async (x: number, y: number) => {
      const { x: px, y: py } = await workbench.pixelInWindow(photo, x, y);
      return colourAt(await workbench.screenshot(), px, py);
    };
    await handle.focus();
    await page.keyboard.press('End');
    await expect(handle).toHaveAttribute('aria-valuenow', '100');
    const worn = [await at(40, 30), await at(280, 30)];
    await page.keyboard.press('Home');
    await expect(handle).toHaveAttribute('aria-valuenow', '0');
    const own = [await at(40, 30), await at(280, 30)];
    expect(worn, 'the two models see another depth').not.toEqual(own);
    await page.keyboard.press('2');
    await expect(handle).toHaveAttribute('aria-valuenow', '50');
    expect(await at(40, 30)).toEqual(worn[0]);
    expect(await at(280, 30)).toEqual(own[1]);
  });

  await test.step('in every task', async () => {
    await workbench.openTab('Classes');
    await expect(figure('Pixels of the same class')).toHaveText(/^\d+\.\d %$/, { timeout: 120_000 });
    await workbench.find('the box');
    await expect(figure('Masks’ IoU')).toHaveText(/^\d\.\d{3}$/, { timeout: 120_000 });
  });

  await panel.getByRole('button', { name: 'Stop comparing' }).click();
  await expect(panel).toHaveCount(0);
  await expect.poll(() => page.workers().filter((worker) => worker.url().includes('worker-')).length).toBe(1);
  await expect(page.getByRole('slider', { name: 'Compare: photo left' })).toBeVisible();
});
