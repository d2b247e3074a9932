import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { smallFixture } from '../fixtures/small.ts';
import { type Served, startFileServer } from '../src/testing/file-server.ts';
import { violations } from './axe.ts';
import { torchCheckpoint, writeFixture } from './checkpoints.ts';
import { ConversionPage, test } from './conversion-page.ts';
import { expect, PATIENCE, shot } from './test.ts';

/** The small networks have 4 heads; the files do not say so. */
const HEADS = ['--heads', '4', '--text-heads', '4'];

/** First byte of the part of the server's file that is answered late. */
const HELD = 16 * 2 ** 20;

test.beforeAll(async ({ folder }) => {
  await writeFixture(join(folder, 'sd.safetensors'), 'sd');
  await writeFixture(join(folder, 'refer.safetensors'), 'refer');
  await writeFile(
    join(folder, 'depth.pth'),
    new Uint8Array(await (await torchCheckpoint(smallFixture('depth'))).arrayBuffer()),
  );
});

test('a dropped .pth is converted to the same bytes as by the command line, and opens', async ({
  workbench,
  page,
  conversion,
}) => {
  await workbench.open();
  await conversion.drop('depth.pth');
  await expect(conversion.plan).toHaveAttribute('data-family', 'vpd-depth');
  await expect(conversion.plan).toContainText('PyTorch zip');
  await expect(page.getByTestId('needs-here')).toHaveText(
    /^[\d.]+ MB of storage; this page may store [\d.]+ GB more\. At 512 px it needs about [\d.]+ [MG]B of memory; WebAssembly can use [\d.]+ GB\.$/,
  );
  await conversion.as('q4');
  await page.getByText('settings that the file does not contain').click();
  const heads = page.getByRole('spinbutton', { name: 'Attention heads' });
  await heads.fill('5');
  await expect(conversion.alert).toHaveText(
    '5 heads do not divide the UNet’s 64 channels. Give another number of heads.',
  );
  await expect(conversion.button('Convert')).toBeDisabled();
  await heads.fill('4');
  await expect(conversion.alert).toHaveCount(0);
  await conversion.start();
  await conversion.finished();

  expect(await conversion.shelved()).toEqual(
    await conversion.byCommandLine(['depth.pth'], '--weights', 'q4', ...HEADS),
  );
  await conversion.expectNothingLeft();

  await conversion.button('Open it').click();
  await expect(workbench.status).toContainText('VPD depth (NYU Depth v2)');
  await workbench.ready();

  await test.step('the same file is recognized', async () => {
    await conversion.drop('depth.pth');
    await page.getByText('settings that the file does not contain').click();
    await heads.fill('4');
    await conversion.as('q4');
    await expect(page.getByTestId('scheme-q4')).toContainText('stored in this browser already');
    await expect(conversion.button('Open it')).toBeVisible();
  });
});

test('a referring checkpoint needs its CLIP; a reload during the conversion loses nothing', async ({
  workbench,
  page,
  conversion,
}) => {
  await workbench.open(undefined, { model: false });
  await conversion.open();
  await conversion.give('refer.safetensors');
  await expect(page.getByTestId('needs-text')).toBeVisible();
  // As if picked with the button of that message: the new file is added to the previous ones.
  await conversion.give('sd.safetensors');
  await expect(page.getByTestId('needs-text')).toHaveCount(0);
  await expect(conversion.plan).toContainText('sd.safetensors');
  await conversion.as('f16');
  const { held } = await conversion.holdAfter(600);
  await conversion.start();
  await held();
  await expect.poll(() => conversion.done()).toBeGreaterThan(0.1);
  await conversion.button('Pause').click();
  await expect(conversion.dialog.getByRole('status')).toHaveText('Paused');
  await conversion.button('Continue').click();
  await conversion.button('Close').click();
  await expect(page.getByTestId('conversion-chip')).toHaveText(/^Converting, \d+ %$/);
  expect(await conversion.stored('packs')).toEqual({});

  await page.reload();
  await page.getByTestId('conversion-chip').click();
  await expect(conversion.dialog).toContainText('refer.safetensors and sd.safetensors');
  await conversion.button('Continue').click();
  await expect(conversion.alert).toHaveText(
    /Choose or drop refer\.safetensors and sd\.safetensors again to continue the conversion/,
  );
  await conversion.give('depth.pth');
  await expect(conversion.plan, 'another file gets a plan of its own').toHaveAttribute('data-family', 'vpd-depth');
  await expect(conversion.alert).toHaveText(
    /was started with refer\.safetensors of \d+ bytes and sd\.safetensors .* but this is depth\.pth/,
  );
  await conversion.button('Other files').click();
  await conversion.button('Continue').click();
  // Both at once, in either order.
  await conversion.drop('sd.safetensors', 'refer.safetensors');
  await conversion.finished();
  const files = ['refer.safetensors', 'sd.safetensors'];
  expect(await conversion.shelved()).toEqual(await conversion.byCommandLine(files, '--weights', 'f16'));
  await conversion.expectNothingLeft();
});

test('two tabs convert one after the other', async ({ workbench, page, context, conversion, folder }) => {
  await workbench.open(undefined, { model: false });
  await conversion.open();
  await conversion.give('depth.pth');
  const { held, letGo } = await conversion.holdAfter(400);
  await conversion.start();
  await held();
  await conversion.drop('refer.safetensors');
  await expect(conversion.alert, 'the message is in the dialog').toHaveText(
    'A conversion is already running: add refer.safetensors again when it has ended, or cancel it first.',
  );

  const tab = await context.newPage();
  await tab.goto(page.url());
  const other = new ConversionPage({ page: tab }, folder);
  await other.open();
  await expect(other.dialog).toContainText('Another tab of this page is converting it.');
  await other.give('refer.safetensors');
  await other.start();
  await expect(other.dialog.getByRole('status')).toHaveText(/Waiting: another tab of this page is converting/);
  expect(await other.packs()).toBe(0);
  await letGo();
  await conversion.finished();
  await other.finished();
  expect(await other.packs()).toBe(2);
  await other.expectNothingLeft();
});

test('after a reload while files are moved to the shelf, the pack is not listed until the rest is moved', async ({
  workbench,
  page,
  conversion,
}) => {
  await workbench.open(undefined, { model: false });
  await conversion.drop('depth.pth');
  await conversion.as('q4');
  await (await conversion.worker()).evaluate(() => {
    const move = Reflect.get(FileSystemFileHandle.prototype, 'move');
    let moved = 0;
    Object.assign(FileSystemFileHandle.prototype, {
      move(...place: unknown[]) {
        return ++moved > 1 ? new Promise(() => {}) : Reflect.apply(move, this, place);
      },
    });
  });
  await conversion.start();
  const files = async () => Object.keys(await conversion.stored('packs')).filter((path) => !path.endsWith('/'));
  await expect.poll(async () => (await files()).length, PATIENCE).toBe(1);
  await page.reload();
  await expect(page.getByTestId('conversion-chip')).toHaveText('1 unfinished conversion');
  await page.getByTestId('shelf-button').click();
  await expect(page.getByTestId('shelf-quota')).toBeVisible();
  await expect(page.getByTestId('shelf-row')).toHaveCount(0);
  expect(await files(), 'the moved files stay on the shelf').toHaveLength(1);
  await page.keyboard.press('Escape');
  await conversion.drop('depth.pth');
  await conversion.button('Continue converting').click();
  await conversion.finished();
  const moved = await conversion.shelved();
  expect(Object.keys(moved).sort()).toEqual(['README.md', 'config.json', 'model.safetensors']);
  expect(moved['config.json']).toBe(await page.getByTestId('converted').getAttribute('data-sha256'));
  const { files: listed } = JSON.parse(await storedText(page, 'config.json'));
  expect(moved['model.safetensors']).toBe(listed['model.safetensors'].sha256);
  await conversion.expectNothingLeft();
});

/** Text of a file of the only pack on the shelf. */
function storedText(page: Page, name: string): Promise<string> {
  return page.evaluate(async (wanted) => {
    const packs = await (await navigator.storage.getDirectory()).getDirectoryHandle('packs');
    for await (const pack of packs.values())
      if (pack instanceof FileSystemDirectoryHandle) return (await (await pack.getFileHandle(wanted)).getFile()).text();
    return '';
  }, name);
}

test('checkpoints of several tasks, dropped together, are converted one after the other', async ({
  workbench,
  page,
  conversion,
}) => {
  await workbench.open(undefined, { model: false });
  await conversion.drop('depth.pth', 'sd.safetensors', 'refer.safetensors');
  await expect(conversion.plan).toHaveAttribute('data-family', 'vpd-depth');
  await expect(page.getByTestId('later')).toHaveText(
    'These files become 2 models, one after the other. After this one: sd.safetensors with refer.safetensors.',
  );
  await conversion.as('q4');
  await conversion.start();
  await conversion.finished(2);
  expect(await conversion.shelved(0)).toEqual(await conversion.byCommandLine(['depth.pth'], '--weights', 'q4'));
  expect(await conversion.shelved(1)).toEqual(
    await conversion.byCommandLine(['refer.safetensors', 'sd.safetensors'], '--weights', 'q4'),
  );
  await conversion.expectNothingLeft();
});

test('from an address: despite dropped connections and a reload, the model equals that of the file on disk', async ({
  workbench,
  page,
  conversion,
  folder,
}) => {
  const bytes = new Uint8Array(await readFile(join(folder, 'sd.safetensors')));
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const served: Served = {
    bytes,
    etag: '"1"',
    drops: [300_000, 0],
    hold: (start) => (start === HELD ? gate : undefined),
  };
  const server = await startFileServer({ 'model/sd.safetensors': served });
  try {
    workbench.allowed.add(new URL(server.url).origin);
    await workbench.open(undefined, { model: false });
    await page.getByTestId('shelf-button').click();
    await page.getByRole('textbox', { name: 'Address of a model' }).fill(`${server.url}model/sd.safetensors`);
    await conversion.button('Look up').click();
    await conversion.button('Show the conversion plan…').click();
    await expect(conversion.plan).toHaveAttribute('data-family', 'sd-v1');
    await conversion.as('f16');
    await conversion.start();
    await expect.poll(() => conversion.done()).toBeGreaterThan(0.3);
    await page.reload();
    open();
    served.answers = [{ status: 503, headers: { 'retry-after': '2' } }];
    await page.getByTestId('conversion-chip').click();
    await expect(conversion.dialog).toContainText(/backbone as f16: [3-9]\d % of .* from sd\.safetensors/);
    // The file need not be given again, because its address is known.
    await conversion.button('Continue').click();
    await expect(conversion.dialog.getByRole('status')).toHaveText('Connection lost, trying again in 2 s');
    await conversion.finished();
    expect(await conversion.shelved()).toEqual(await conversion.byCommandLine(['sd.safetensors'], '--weights', 'f16'));
    await conversion.expectNothingLeft();
  } finally {
    open();
    await server.close();
  }
});

test('the dialog works on a phone, in the dark scheme and with screen readers', async ({
  workbench,
  page,
  conversion,
}) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await page.emulateMedia({ colorScheme: 'dark' });
  await workbench.open(undefined, { model: false });
  await conversion.drop('refer.safetensors');
  await expect(conversion.plan).toBeVisible();
  for (const summary of await conversion.dialog.locator('summary').all())
    if (await summary.isVisible()) await summary.click();
  expect(await violations(page, 'dialog')).toEqual([]);
  const box = await conversion.dialog.boundingBox();
  expect((box?.x ?? -1) >= 0 && (box?.width ?? 999) <= 360).toBe(true);
  const overflow = await conversion.dialog.evaluate((element) => element.scrollWidth - element.clientWidth);
  expect(overflow).toBeLessThanOrEqual(0);
  await shot(page, 'plan on a phone');
  await page.keyboard.press('Escape');
  await expect(conversion.dialog).toBeHidden();
});
