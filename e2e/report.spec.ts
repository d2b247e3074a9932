/** A report is saved, viewed without scripts, and re-opened in a new page with the same photo, masks, settings and figures. */
import { readFile, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import type { Page } from '@playwright/test';
import { applyColormap, colormap } from '../src/image/colormap.ts';
import { readNpy } from '../src/image/formats/npy.ts';
import { blobFromBase64, blobToBase64 } from '../src/outputs/base64.ts';
import { DATA_MARK, RECORD_FILE } from '../src/outputs/report/format.ts';
import { PAGE_TAIL } from '../src/outputs/report/page.ts';
import { createZip, jsonBytes } from '../src/outputs/zip.ts';
import { readZip } from '../src/weights/zip/read-zip.ts';
import { violations } from './axe.ts';
import { SMALL, smallRoom } from './photos.ts';
import { expect, PATIENCE, pixelsOf, shot, test, Workbench } from './test.ts';

const A = 'the red box';
const B = 'the door';

/** Changes the report as if another model had computed it. */
async function byAnotherModel(bytes: Uint8Array): Promise<Uint8Array> {
  const text = new TextDecoder().decode(bytes);
  const start = text.indexOf(DATA_MARK) + DATA_MARK.length;
  const data = await blobFromBase64(new Blob([text.slice(start, -PAGE_TAIL.length)]), 'report');
  const zip = createZip();
  for (const [name, record] of await readZip('report', data, { noun: 'a report', wayOut: 'Save it again.' })) {
    const content = await record.read(0, record.bytes);
    if (name !== RECORD_FILE) await zip.add(name, content);
    else {
      const json = JSON.parse(new TextDecoder().decode(content));
      await zip.add(name, jsonBytes({ ...json, pack: { ...json.pack, name: 'theirs', hash: 'f'.repeat(64) } }));
    }
  }
  const changed = [text.slice(0, start), ...(await blobToBase64(await zip.close())), PAGE_TAIL];
  return new TextEncoder().encode(changed.join(''));
}

/** Everything that the report restores, read from the page as a user sees it. */
async function stateOf(workbench: Workbench) {
  const { page } = workbench;
  await workbench.openTab('Depth');
  await workbench.ready();
  const depth = await workbench.downloadNpy('.npy, metres');
  const picture = await workbench.download('PNG, as shown');
  const legend = await page.getByTestId('depth-near').textContent();
  const colours = await page.getByLabel('Colours').inputValue();
  await workbench.openTab('Classes');
  await workbench.ready();
  const labels = await workbench.downloadNpy('.npy, class index');
  const classes = await page.locator('.class-row').allTextContents();
  await workbench.openTab('Find');
  await workbench.ready();
  const masks = await workbench.download('COCO, RLE');
  const rows = await page
    .locator('.mask-row')
    .evaluateAll((all) => all.map((row) => `${row.textContent} ${row.dataset.area}`));
  const heat = page.getByTestId('heat-scale');
  return {
    depth: [...depth.data],
    shape: depth.shape,
    picture: Buffer.from(picture.bytes).toString('base64'),
    names: [picture.name, masks.name],
    legend,
    colours,
    labels: [...labels.data],
    classes,
    coco: JSON.parse(new TextDecoder().decode(masks.bytes)),
    rows,
    word: [await heat.getAttribute('data-word'), await heat.getAttribute('data-max')],
    prompt: await page.getByRole('textbox', { name: 'What to look for' }).inputValue(),
    threshold: await page.getByRole('slider', { name: 'Threshold' }).inputValue(),
  };
}

test('a report is saved, viewed, and re-opened to the same state', async ({
  workbench,
  page,
  context,
  backend,
  baseURL,
}, info) => {
  await workbench.open('sample=none');
  await workbench.dropRoom({ name: 'room <b>1.png', bytes: await smallRoom() });
  await workbench.ready();
  await page.getByLabel('Colours').selectOption('magma');
  await workbench.openTab('Classes');
  await workbench.ready();
  await workbench.findMask(B);
  await workbench.findMask(A);
  await workbench.openMaskTools();
  await page.getByRole('radio', { name: 'Add' }).check();
  await page.getByRole('slider', { name: 'Brush size' }).fill('24');
  const spot = await workbench.pixelInWindow(SMALL, 40, 30);
  await page.mouse.click(spot.x, spot.y);
  await page.getByRole('radio', { name: 'Off' }).check();
  await page.locator('.mask-row', { hasText: B }).locator('.mask-name').press('F2');
  await page.getByRole('textbox', { name: `Name of the mask ${B}` }).fill('exit');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Hide exit' }).click();
  await page.locator('.token', { hasText: 'red' }).click();
  const before = await stateOf(workbench);
  expect(before.rows).toHaveLength(2);

  await page.getByRole('button', { name: 'Save a report' }).click();
  await expect(page.getByRole('button', { name: 'Save the report' })).toBeEnabled();
  expect(await violations(page)).toEqual([]);
  await shot(page, 'dialog');
  const { name, bytes } = await workbench.download('Save the report');
  expect(name).toBe('room _b_1-report.html');
  const file = info.outputPath('report.html');
  await writeFile(file, bytes);

  await test.step('the file opens without scripts and without requests', async () => {
    const asked: string[] = [];
    const scripts = await context.browser()?.newContext({ javaScriptEnabled: false, acceptDownloads: true });
    if (!scripts) throw new Error('There is no browser.');
    const report = await scripts.newPage();
    report.on('request', (request) => asked.push(request.url()));
    for (const colorScheme of ['light', 'dark'] as const) {
      await report.emulateMedia({ colorScheme });
      await report.goto(pathToFileURL(file).href);
      await shot(report, `report, ${colorScheme}`);
    }
    expect(asked.filter((url) => !/^(file|data):/.test(url))).toEqual([]);
    await expect(report.getByRole('heading', { level: 2 }).first()).toHaveText('room <b>1.png');
    await expect(report.locator('.about')).toContainText(/[0-9a-f]{64}/);
    const src = await report.getByRole('img', { name: 'Depth as colours' }).getAttribute('src');
    const shown = await pixelsOf(Buffer.from(src?.split(',')[1] ?? '', 'base64'));
    const metres = Float32Array.from(before.depth, Number);
    const [near, far] = [Math.min(...metres), Math.max(...metres)];
    expect(Buffer.from(shown.data).equals(applyColormap(metres, [near, far], colormap('magma'), true))).toBe(true);
    await expect(report.getByRole('img', { name: 'Attention of “red”' })).toBeVisible();

    const waiting = report.waitForEvent('download');
    await report.getByRole('link', { name: 'save it' }).click();
    const zip = new Blob([new Uint8Array(await readFile(await (await waiting).path()))]);
    const files = await readZip('data.zip', zip, { noun: 'a report', wayOut: 'Save it again.' });
    const [path = ''] = [...files.keys()].filter((each) => each.endsWith('/depth.npy'));
    const record = files.get(path);
    const array = readNpy((await record?.read(0, record.bytes)) ?? new Uint8Array(), path);
    expect([...array.data]).toEqual(before.depth);
    await scripts.close();
  });

  /** Opens the report and checks that everything is restored. */
  async function freshly(again: Workbench, other: Page): Promise<void> {
    await again.open('sample=none');
    await again.drop([{ name: 'my report.html', type: 'text/html', bytes }]);
    await expect(other.getByRole('tab', { name: 'Find' })).toHaveAttribute('aria-selected', 'true');
    await again.ready();
    await expect(other.getByTestId('origin')).toContainText('Loaded from the report my report.html');
    await expect(other.getByTestId('origin')).not.toHaveAttribute('data-other', 'true');
    await shot(other, 're-opened');
    expect(await stateOf(again)).toEqual(before);
    await expect(other.getByRole('button', { name: 'Show room <b>1.png' })).toHaveCount(1);
    expect(await violations(other)).toEqual([]);

    await again.openTab('Depth');
    await other.getByRole('button', { name: 'Compute it here' }).click();
    await expect(other.getByTestId('origin')).toHaveCount(0);
    await again.ready();
    expect([...(await again.downloadNpy('.npy, metres')).data]).toEqual(before.depth);
    await again.drop([{ name: 'other.html', type: 'text/html', bytes: await byAnotherModel(bytes) }]);
    const note = other.getByTestId('origin');
    await expect(note).toHaveAttribute('data-other', 'true');
    await expect(note).toHaveText(
      /^Loaded from the report other\.html; computed by theirs f{12}; the model open here is another one, /,
    );

    await expect(again.status).toHaveAttribute('data-saved', 'saved');
    await other.reload();
    await expect(note, 'after a reload').toHaveText(
      /^Loaded from the report other\.html; computed by theirs f{12}; /,
      PATIENCE,
    );
    await again.openTab('Depth');
    await expect(note).toHaveText(/^Loaded from the report other\.html; computed by theirs f{12}; /);
    expect([...(await again.downloadNpy('.npy, metres')).data]).toEqual(before.depth);
  }

  // Another profile, without this browser's stored session.
  const profile = await context.browser()?.newContext({ baseURL: baseURL ?? '', serviceWorkers: 'block' });
  if (!profile) throw new Error('There is no browser.');
  const fresh = await profile.newPage();
  await freshly(new Workbench(fresh, backend), fresh);
  await profile.close();

  await test.step('a file that is not a report gives a message', async () => {
    await workbench.drop([
      { name: 'news.html', type: 'text/html', bytes: new TextEncoder().encode('<!doctype html><title>News</title>') },
      { name: 'torn.html', type: 'text/html', bytes: bytes.slice(0, bytes.length - 5000) },
    ]);
    await expect(workbench.notices.filter({ hasText: 'news.html is not a report of this page' })).toHaveCount(1);
    await expect(workbench.notices.filter({ hasText: 'torn.html is damaged or cut short' })).toHaveCount(1);
  });
});
