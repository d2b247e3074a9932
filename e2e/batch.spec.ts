/** One task on all photos: the content of the ZIP, bad photos, and use of the page meanwhile. */
import sharp from 'sharp';
import { readNpy } from '../src/image/formats/npy.ts';
import { decodePngSamples } from '../src/image/formats/png.ts';
import { readZip } from '../src/weights/zip/read-zip.ts';
import { violations } from './axe.ts';
import { SMALL, smallRoom } from './photos.ts';
import { expect, RUN_TIMEOUT, shot, test, type Workbench } from './test.ts';

const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

/** Three different photos, two with the same name. */
async function photos() {
  const room = sharp(await smallRoom());
  return [
    { name: 'room.png', type: 'image/png', bytes: await room.clone().toBuffer() },
    { name: 'room.jpg', type: 'image/jpeg', bytes: await room.clone().flop().jpeg().toBuffer() },
    { name: 'Küche 2.png', type: 'image/png', bytes: await room.clone().negate().toBuffer() },
  ];
}

async function unzip(bytes: Uint8Array): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const [name, record] of await readZip('batch.zip', new Blob([new Uint8Array(bytes)]), {
    noun: 'a batch',
    wayOut: 'Make it again.',
  }))
    files.set(name, await record.read(0, record.bytes));
  return files;
}

async function finished({ page }: Workbench, phase: string): Promise<void> {
  await expect(page.getByTestId('batch')).toHaveAttribute('data-phase', phase, { timeout: RUN_TIMEOUT });
}

const open = ({ page }: Workbench) => page.getByRole('button', { name: 'Run on all photos' }).click();
const close = async ({ page }: Workbench) => page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();

test('every task on all photos while the page is used', async ({ workbench, page }) => {
  const own = await photos();
  const samples = [
    { file: 'scene-1.png', name: 'Small', prompts: [] },
    { file: 'gone.png', name: 'Gone', prompts: [] },
  ];
  await page.route('**/samples/samples.json', (route) => route.fulfill({ json: samples }));
  await page.route('**/samples/scene-1.png', (route) => route.fulfill({ body: own[0]?.bytes ?? '' }));
  await page.route('**/samples/gone.png', (route) => route.fulfill({ status: 404 }));
  await workbench.open('sample=none');
  await workbench.drop(own);
  await workbench.ready();

  await test.step('depth, with the dialog closed and another photo shown', async () => {
    await open(workbench);
    await shot(page, 'form');
    await page.getByRole('button', { name: 'Run on 3 photos' }).click();
    await expect(page.getByTestId('batch')).toHaveAttribute('data-phase', 'running');
    await close(workbench);
    await page.getByRole('button', { name: 'Show room.jpg' }).click();
    await workbench.openTab('Classes');
    await workbench.ready();
    await expect(page.locator('.class-row').first()).toBeVisible();
    await open(workbench);
    await finished(workbench, 'done');
    await shot(page, 'done');
    // Another batch would replace a ZIP that is not saved.
    const again = page.getByRole('button', { name: 'Run on 3 photos' });
    await expect(again).toBeHidden();
    const { name, bytes } = await workbench.download('Save ZIP');
    expect(name).toBe('depth-of-3-photos.zip');
    await expect(again).toBeVisible();
    await close(workbench);
    const files = await unzip(bytes);
    const stems = ['room', 'room (2)', 'Küche 2'];
    expect([...files.keys()]).toEqual([
      ...stems.flatMap((stem) => [`${stem}-depth-mm.png`, `${stem}-depth.npy`, `${stem}-depth.png`]),
      'figures.csv',
      'batch.json',
    ]);
    const json = JSON.parse(text(files.get('batch.json')));
    expect(json.pack.hash).toMatch(/^[0-9a-f]{64}-[0-9a-f]{8}$/);
    expect(json.job).toMatchObject({ task: 'depth', colours: { colormap: 'turbo' } });
    for (const [at, stem] of stems.entries()) {
      const { shape, data } = readNpy(files.get(`${stem}-depth.npy`) ?? new Uint8Array(), stem);
      expect(shape).toEqual([SMALL.height, SMALL.width]);
      const metres = Array.from(data, Number);
      const png = await decodePngSamples(files.get(`${stem}-depth-mm.png`) ?? new Uint8Array(), stem);
      expect([...png.data]).toEqual(metres.map((value) => Math.round(value * 1000)));
      expect(json.results[at].min_m).toBe(Math.min(...metres));
      expect(json.results[at].max_m).toBe(Math.max(...metres));
      const order = metres.sort((a, b) => a - b);
      const middle = ((order[order.length / 2 - 1] ?? 0) + (order[order.length / 2] ?? 0)) / 2;
      expect(json.results[at].median_m).toBeCloseTo(middle, 6);
    }
    // The page shows the batch's results for these photos.
    await workbench.openTab('Depth');
    const shown = await workbench.downloadNpy('.npy, metres');
    expect(shown.data).toEqual(readNpy(files.get('room (2)-depth.npy') ?? new Uint8Array(), '').data);
  });

  await test.step('find', async () => {
    await open(workbench);
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Task').selectOption('refer');
    await expect(dialog.getByRole('button', { name: 'Run on 3 photos' })).toBeDisabled();
    await dialog.getByLabel('Look for').fill('the red box\n\nthe door');
    await dialog.getByRole('button', { name: 'Run on 3 photos' }).click();
    await finished(workbench, 'done');
    const files = await unzip((await workbench.download('Save ZIP')).bytes);
    const coco = JSON.parse(text(files.get('masks.coco.json')));
    expect(coco.images.map((image: { file_name: string }) => image.file_name)).toEqual([
      'room.png',
      'room.jpg',
      'Küche 2.png',
    ]);
    const [header = '', ...lines] = text(files.get('figures.csv')).trim().split('\r\n');
    expect(header).toBe('photo,files,prompt,name,threshold,edited,area,seconds');
    const names = coco.categories.map(({ name }: { name: string }) => name);
    const pairs = ['room', 'room (2)', 'Küche 2'].flatMap((stem, photo) =>
      ['the red box', 'the door'].map((prompt) => ({ stem, photo, prompt })),
    );
    for (const [at, { stem, photo, prompt }] of pairs.entries()) {
      const file = `${stem}-${prompt.replaceAll(' ', '-')}`;
      const { data } = await decodePngSamples(files.get(`${file}.png`) ?? new Uint8Array(), file);
      const inside = Array.from(data).filter((value) => value === 255).length;
      expect(data).toHaveLength(SMALL.width * SMALL.height);
      // An empty mask has a row in the table, but no annotation.
      const own = coco.annotations.filter(
        (annotation: { image_id: number; attributes: { prompt: string } }) =>
          annotation.image_id === photo + 1 && annotation.attributes.prompt === prompt,
      );
      expect(own).toMatchObject(inside > 0 ? [{ category_id: names.indexOf(prompt) + 1, area: inside }] : []);
      const cells = lines[at]?.split(',') ?? [];
      expect(cells.slice(1, 3)).toEqual([file, prompt]);
      expect(Number(cells[6])).toBeCloseTo(inside / data.length, 9);
    }
  });

  await test.step('everything in the session: the masks of several photos as they were corrected', async () => {
    await close(workbench);
    await workbench.openTab('Find');
    for (const photo of ['room.jpg', 'Küche 2.png']) {
      await page.getByRole('button', { name: `Show ${photo}` }).click();
      await workbench.findMask('the door');
      await page.getByRole('slider', { name: 'Threshold' }).fill('0.05');
    }
    await workbench.openTab('Depth');
    await open(workbench);
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Task').selectOption('session');
    await expect(page.getByTestId('changed-masks')).toContainText('2 masks that you changed are written');
    await shot(page, 'session');
    await page.getByRole('button', { name: 'Pack what 3 photos have' }).click();
    await finished(workbench, 'done');
    const { name, bytes } = await workbench.download('Save ZIP');
    expect(name).toBe('session-of-3-photos.zip');
    const files = await unzip(bytes);
    expect([...files.keys()].filter((file) => file.endsWith('-the-door.png'))).toEqual([
      'room (2)-the-door.png',
      'Küche 2-the-door.png',
    ]);
    expect([...files.keys()].filter((file) => file.endsWith('-depth.npy'))).toHaveLength(3);
    const coco = JSON.parse(text(files.get('masks.coco.json')));
    expect(coco.categories).toHaveLength(1);
    expect(coco.annotations).toHaveLength(2);
    for (const { attributes } of coco.annotations)
      expect(attributes).toEqual({ prompt: 'the door', threshold: 0.05, edited: false });
  });

  await test.step('opened again, the form has the page’s settings', async () => {
    await close(workbench);
    await open(workbench);
    await expect(page.getByRole('dialog').getByLabel('Task')).toHaveValue('depth');
  });

  await test.step('classes; a photo that cannot be read does not stop the others', async () => {
    await page.getByRole('dialog').getByLabel('Task').selectOption('segment');
    await page.getByRole('dialog').getByLabel('Photos', { exact: true }).selectOption('all');
    await page.getByRole('button', { name: 'Run on 5 photos' }).click();
    await finished(workbench, 'done');
    await expect(page.getByTestId('batch')).toContainText('all 5 photos are done, 1 of them with problems');
    await expect(page.getByRole('listitem').filter({ hasText: 'Gone' })).toContainText('status 404');
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await violations(page)).toEqual([]);
    }
    await page.setViewportSize({ width: 360, height: 740 });
    const across = await page.getByRole('dialog').evaluate((dialog) => dialog.scrollWidth - dialog.clientWidth);
    expect(across, 'no part of the dialog is outside a phone’s window').toBeLessThanOrEqual(0);
    await shot(page, 'phone');
    await page.setViewportSize({ width: 1280, height: 800 });
    await shot(page, 'problem');
    const files = await unzip((await workbench.download('Save ZIP')).bytes);
    const { classes } = JSON.parse(text(files.get('classes.json')));
    const rows = text(files.get('figures.csv'))
      .trim()
      .split('\r\n')
      .map((line) => line.split(','));
    const [header = []] = rows;
    const { data } = await decodePngSamples(files.get('Küche 2-classes.png') ?? new Uint8Array(), '');
    const line = rows.find(([name]) => name === 'Küche 2.png') ?? [];
    for (const { index, name } of classes) {
      const share = Array.from(data).filter((value) => value === index).length / data.length;
      const column = header.indexOf(`class ${name}`);
      expect(column < 0 ? 0 : Number(line[column]), name).toBeCloseTo(share, 9);
    }
    expect(rows.find(([name]) => name === 'Gone')?.join()).toContain('404');
    expect([...files.keys()].filter((name) => name.endsWith('-classes.png'))).toHaveLength(4);
  });

  await test.step('after a stop the finished part can be saved', async () => {
    await page.getByRole('dialog').getByLabel('Task').selectOption('refer');
    await page.getByRole('dialog').getByLabel('Look for').fill('the door');
    // Stopped by code in the page after the first photo, because small photos take less time than a call from the test.
    await page.evaluate(() => {
      const observer = new MutationObserver(() => {
        const batch = document.querySelector<HTMLElement>('[data-testid="batch"]');
        if (batch?.dataset.phase !== 'running' || !Number(batch.dataset.finished)) return;
        observer.disconnect();
        for (const button of document.querySelectorAll('button')) if (button.textContent === 'Stop') button.click();
      });
      observer.observe(document.body, { subtree: true, childList: true, attributes: true });
    });
    await page.getByRole('button', { name: 'Run on 5 photos' }).click();
    await finished(workbench, 'stopped');
    const { stopped, results: lines } = JSON.parse(
      text((await unzip((await workbench.download('Save ZIP')).bytes)).get('batch.json')),
    );
    expect(stopped).toBe(true);
    expect(lines).toHaveLength(Number(await page.getByTestId('batch').getAttribute('data-finished')));
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.length).toBeLessThan(5);
  });
});
