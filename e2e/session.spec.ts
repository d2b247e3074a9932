/** A session is restored from the disk: photos, their order, masks with brush strokes, settings and results. */
import { SMALL, smallRoom } from './photos.ts';
import { expect, PATIENCE, pixelsOf, RUN_TIMEOUT, test, type Workbench } from './test.ts';

const PROMPT = 'the red box';

const names = ({ page }: Workbench) =>
  page.locator('.thumb').evaluateAll((thumbs) => thumbs.map((thumb) => thumb.getAttribute('title')));
const kept = (workbench: Workbench) => expect(workbench.status).toHaveAttribute('data-saved', 'saved');

async function maskFile(workbench: Workbench): Promise<Uint8Array> {
  const { bytes } = await workbench.download('Mask PNG');
  return (await pixelsOf(bytes)).data;
}

/** Names and sizes of all files of the page's sessions, except one that is being replaced. */
const filesKept = ({ page }: Workbench) =>
  page.evaluate(async () => {
    const found: { name: string; bytes: number }[] = [];
    const root = await (await navigator.storage.getDirectory()).getDirectoryHandle('sessions');
    for await (const session of root.values())
      if (session.kind === 'directory')
        for await (const file of session.values())
          if (file.kind === 'file') {
            const bytes = await file
              .getFile()
              .then(({ size }) => size)
              .catch(() => null);
            if (bytes !== null) found.push({ name: file.name, bytes });
          }
    return found;
  });

test('a reload restores photos, masks with their strokes, settings and results before a model is open', async ({
  workbench,
  page,
}) => {
  const photo = await smallRoom();
  await workbench.open('sample=none');
  await workbench.drop([
    { name: 'first.png', type: 'image/png', bytes: photo },
    { name: 'second.png', type: 'image/png', bytes: await smallRoom({ flop: true }) },
  ]);
  await workbench.ready();
  await page.getByLabel('Colours').selectOption('magma');
  const depth = await workbench.downloadNpy('.npy, metres');

  await workbench.find(PROMPT);
  await expect(page.getByTestId('finding')).toContainText(PROMPT, { timeout: RUN_TIMEOUT });
  await workbench.openMaskTools();
  await page.getByRole('radio', { name: 'Add' }).check();
  const from = await workbench.pixelInWindow(SMALL, 20, 20);
  const to = await workbench.pixelInWindow(SMALL, 140, 40);
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y, { steps: 5 });
  await page.mouse.up();
  await page.getByRole('radio', { name: 'Off' }).check();
  await page.getByRole('button', { name: `Rename ${PROMPT}` }).click();
  await page.keyboard.type('crate');
  await page.keyboard.press('Enter');
  const mask = await maskFile(workbench);
  expect(mask.includes(255) && mask.includes(0)).toBe(true);

  await page.getByRole('button', { name: 'Show second.png' }).focus();
  await page.keyboard.press('Shift+ArrowUp');
  await expect(page.getByTestId('strip-said')).toHaveText(/^second\.png: place \d+ of \d+$/);
  const order = await names(workbench);
  expect(order.slice(-2)).toEqual(['second.png', 'first.png']);
  await kept(workbench);

  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/models/**', async (route) => {
    await held;
    await route.continue();
  });
  await page.reload();
  await expect(page.getByTestId('finding')).toContainText(PROMPT, PATIENCE);
  await expect(workbench.status).toHaveAttribute('data-state', 'starting');
  expect(await names(workbench)).toEqual(order);
  await expect(page.getByRole('button', { name: 'Show first.png' })).toHaveAttribute('aria-current', 'true');
  await expect(page.locator('.mask-label')).toHaveText(['crate']);
  expect(Buffer.compare(await maskFile(workbench), mask)).toBe(0);
  await workbench.openTab('Depth');
  await expect(page.getByLabel('Colours')).toHaveValue('magma');
  const again = await workbench.downloadNpy('.npy, metres');
  expect(again.shape).toEqual(depth.shape);
  expect(Buffer.compare(Buffer.from(again.data.buffer), Buffer.from(depth.data.buffer))).toBe(0);

  await test.step('nothing is computed twice, and the other photos are restored, too', async () => {
    release();
    await workbench.ready();
    await page.getByRole('button', { name: 'Show second.png' }).click();
    await workbench.ready();
    await expect(workbench.status).toContainText(`second.png, ${SMALL.width} × ${SMALL.height}`);
  });

  await test.step('a removed photo can be restored, or is deleted from the disk', async () => {
    await page.getByRole('button', { name: 'Show first.png' }).click();
    const before = (await filesKept(workbench)).filter(({ bytes }) => bytes === photo.length);
    expect(before).toHaveLength(1);
    await page.getByRole('button', { name: 'Show first.png' }).press('Delete');
    await expect(page.getByRole('button', { name: 'Show first.png' })).toHaveCount(0);
    await expect(async () =>
      expect((await filesKept(workbench)).filter(({ bytes }) => bytes === photo.length)).toEqual([]),
    ).toPass();
    await page.getByTestId('removed').getByRole('button', { name: 'Undo' }).click();
    await workbench.ready();
    expect(await names(workbench)).toEqual(order);
    await workbench.openTab('Find');
    await page.locator('.mask-name', { hasText: 'crate' }).click();
    expect(Buffer.compare(await maskFile(workbench), mask)).toBe(0);
  });

  await test.step('another tab has a session of its own', async () => {
    await kept(workbench);
    const other = await page.context().newPage();
    await other.goto(page.url());
    await expect(other.getByTestId('status')).toHaveAttribute('data-saved', /saved|changed/, PATIENCE);
    await expect(other.getByRole('button', { name: 'Show first.png' })).toHaveCount(0);
    await other.close();
  });

  await test.step('clearing leaves nothing on the page or on the disk', async () => {
    await expect(workbench.status).toContainText('Saved on this machine');
    await page.getByRole('button', { name: 'Clear session' }).click();
    await page.getByRole('button', { name: 'Clear', exact: true }).click();
    await expect(page.getByRole('button', { name: /^Remove / })).toHaveCount(0);
    await kept(workbench);
    const left = await filesKept(workbench);
    expect(left.filter(({ name }) => !name.endsWith('.json'))).toEqual([]);
    await page.goto('about:blank');
    await workbench.open('sample=none');
    await expect(workbench.status).toHaveAttribute('data-saved', 'saved', PATIENCE);
    await expect(page.getByRole('button', { name: 'Show first.png' })).toHaveCount(0);
  });
});

test('a damaged session gives one message; an interrupted write loses nothing', async ({ workbench, page }) => {
  await workbench.open('sample=none&task=segment');
  await workbench.dropRoom({ name: 'mine.png', bytes: await smallRoom() });
  await workbench.ready();
  await kept(workbench);

  /** Truncates the record that was written last, or both. */
  const damage = (all: boolean) =>
    page.evaluate(async (both) => {
      const root = await (await navigator.storage.getDirectory()).getDirectoryHandle('sessions');
      for await (const session of root.values()) {
        if (session.kind !== 'directory') continue;
        const slots: { handle: FileSystemFileHandle; text: string; sequence: number }[] = [];
        for await (const handle of session.values()) {
          if (handle.kind !== 'file' || !handle.name.endsWith('.json')) continue;
          const text = await (await handle.getFile()).text();
          slots.push({ handle, text, sequence: Number(text.split(' ')[1]) });
        }
        slots.sort((a, b) => b.sequence - a.sequence);
        for (const { handle, text } of both ? slots : slots.slice(0, 1)) {
          const writable = await handle.createWritable();
          await writable.write(text.slice(0, 200));
          await writable.close();
        }
      }
    }, all);

  await workbench.openTab('Depth');
  await workbench.ready();
  await kept(workbench);
  await damage(false);
  await page.reload();
  await workbench.ready();
  await expect(page.getByRole('button', { name: 'Show mine.png' })).toHaveAttribute('aria-current', 'true');
  await expect(workbench.notices).toHaveCount(0);

  await kept(workbench);
  await damage(true);
  await page.reload();
  await expect(workbench.notices).toHaveCount(1, PATIENCE);
  await expect(workbench.notices).toContainText(
    'The session kept from an earlier visit is damaged and was not restored; this visit starts a new session.',
  );
  await expect(page.getByRole('button', { name: 'Show mine.png' })).toHaveCount(0);

  await test.step('records that could not be read are not overwritten', async () => {
    await workbench.openTab('Classes');
    await kept(workbench);
    expect((await filesKept(workbench)).filter(({ name }) => name.startsWith('photo-'))).toHaveLength(1);
  });
});

test('a prompt of too many words gives a message, and the rest of the session is kept', async ({ workbench, page }) => {
  await workbench.open('sample=none&task=refer');
  await workbench.dropRoom({ name: 'mine.png', bytes: await smallRoom() });
  await workbench.ready();
  const box = page.getByRole('textbox', { name: 'What to look for' });
  await box.fill('red '.repeat(750));
  await expect(page.locator('.field-error')).toHaveText(/^The prompt has 2999 characters; at most 2000 are read\./);
  await kept(workbench);
  await page.reload();
  await expect(page.getByRole('button', { name: 'Show mine.png' })).toHaveAttribute('aria-current', 'true', PATIENCE);
  await expect(box).toHaveValue('red '.repeat(500));
  await expect(workbench.notices).toHaveCount(0);
});

test('a reload on Depth stays there, and leaves the prompt in the input', async ({ workbench, page }) => {
  await workbench.open('sample=Bedroom', { model: false });
  await workbench.find('the bed');
  await expect(page.getByTestId('finding')).toContainText('the bed', PATIENCE);
  const box = page.getByRole('textbox', { name: 'What to look for' });
  await box.fill('the bed on the left');
  await workbench.openTab('Depth');
  await expect(page).toHaveURL(/task=depth/);
  await kept(workbench);
  await page.reload();
  await expect(page.getByTestId('depth-near')).toHaveText(/^\d+\.\d\d m$/, PATIENCE);
  await expect(page.getByRole('tab', { name: 'Depth' })).toHaveAttribute('aria-selected', 'true');
  await workbench.openTab('Find');
  await expect(box).toHaveValue('the bed on the left');
});

test('clearing removes results of samples and view settings, too', async ({ workbench, page }) => {
  await workbench.open('sample=Bedroom');
  await workbench.find('the wall');
  await expect(page.getByTestId('finding')).toContainText('the wall', { timeout: RUN_TIMEOUT });
  await page.getByRole('switch', { name: 'Show truth' }).check();
  await expect(page.getByTestId('compare')).toHaveAttribute('aria-valuenow', '50');
  const results = async () => (await filesKept(workbench)).filter(({ name }) => name.startsWith('result-'));
  await expect.poll(results).toHaveLength(1);

  await page.getByRole('button', { name: 'Clear session' }).click();
  await page.getByRole('button', { name: 'Clear', exact: true }).click();
  await expect(page.getByRole('switch', { name: 'Show truth' })).not.toBeChecked();
  await expect(page.getByTestId('compare')).toHaveAttribute('aria-valuenow', '0');
  await workbench.openTab('Find');
  await expect(page.locator('.mask-label')).toHaveCount(0);
  await kept(workbench);
  expect(await results()).toEqual([]);
});

test('without storage the page says so once and works', async ({ workbench, page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(StorageManager.prototype, 'getDirectory', {
      value: () => Promise.reject(new DOMException('Security error', 'SecurityError')),
    });
  });
  await workbench.open('sample=none');
  await expect(workbench.notices).toHaveCount(0);
  await workbench.dropRoom({ name: 'mine.png', bytes: await smallRoom() });
  await expect(workbench.notices).toContainText('This browser window keeps nothing on this machine', PATIENCE);
  await workbench.ready();
  await expect(page.getByTestId('depth-near')).toHaveText(/^\d+\.\d\d m$/);
});

test('photos are reordered by drag and drop', async ({ workbench, page }) => {
  await workbench.open(undefined, { model: false });
  const bytes = await smallRoom();
  await workbench.drop(['a.png', 'b.png', 'c.png'].map((name) => ({ name, type: 'image/png', bytes })));
  const thumb = (name: string) => page.locator('.thumb-item').filter({ has: page.getByTitle(name) });
  for (const name of ['a.png', 'b.png', 'c.png']) await expect(thumb(name).locator('img')).toBeVisible(PATIENCE);
  await thumb('c.png').dragTo(thumb('a.png'), { targetPosition: { x: 20, y: 4 } });
  expect((await names(workbench)).slice(-3)).toEqual(['c.png', 'a.png', 'b.png']);
  await thumb('c.png').dragTo(thumb('b.png'), { targetPosition: { x: 20, y: 60 } });
  expect((await names(workbench)).slice(-3)).toEqual(['a.png', 'b.png', 'c.png']);
});

test('Back returns to the previous task, prompt and sample', async ({ workbench, page }) => {
  await workbench.open('', { model: false });
  await expect(page.getByRole('button', { name: 'Show Bedroom' })).toHaveAttribute('aria-current', 'true', PATIENCE);
  await page.getByRole('button', { name: 'Show Lamps' }).click();
  await expect(page).toHaveURL(/sample=Lamps/);
  await workbench.find('the window');
  await expect(page).toHaveURL(/[?&]task=refer\b.*#prompt=the\+window$/);
  await expect(page).toHaveTitle('Lamps · Find · the window – VPD Workbench');
  const word = page.locator('.token', { hasText: 'window' });
  await word.click();
  await expect(page).toHaveURL(/#prompt=the\+window&word=1$/);
  await page.reload();
  await expect(word, 'the address brings the word back').toHaveAttribute('aria-pressed', 'true', PATIENCE);
  await page.goBack();
  await expect(page).not.toHaveURL(/prompt/);
  await expect(page).toHaveTitle('Lamps · Find – VPD Workbench');
  await page.goBack();
  await page.goBack();
  await expect(page.getByRole('button', { name: 'Show Bedroom' })).toHaveAttribute('aria-current', 'true');
  await expect(page.getByRole('tab', { name: 'Depth' })).toHaveAttribute('aria-selected', 'true');
  await page.goForward();
  await expect(page.getByRole('button', { name: 'Show Lamps' })).toHaveAttribute('aria-current', 'true');
});

test('a prompt in the address is not sent to a host, and can be typed there', async ({ workbench, page }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).search, request.headers().referer ?? ''));
  // The form of earlier versions.
  await workbench.open('sample=none&task=refer&prompt=the+window', { model: false });
  await expect(page).toHaveURL(/[?&]task=refer\b[^?]*#prompt=the\+window$/, PATIENCE);
  asked.length = 0;
  await page.reload();
  const box = page.getByRole('textbox', { name: 'What to look for' });
  await expect(box).toHaveValue('the window', PATIENCE);
  expect(asked).toContainEqual(expect.stringContaining('task=refer'));
  expect(asked.filter((text) => text.includes('window'))).toEqual([]);
  await kept(workbench);
  await page.goto(page.url().replace('window', 'door'));
  await expect(box).toHaveValue('the door');
  await page.goBack();
  await expect(box).toHaveValue('the window');
});
