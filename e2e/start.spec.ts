import { roomPhoto } from './photos.ts';
import { expect, test } from './test.ts';

test('the page answers before any model is there; the embedded pack opens by itself, and its card says why so', async ({
  workbench,
  page,
}) => {
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/models/tiny/**', async (route) => {
    await held;
    await route.continue();
  });
  await workbench.open();
  await expect(page.getByRole('heading', { name: 'Drop a photo' })).toBeVisible();
  await workbench.openTab('Classes');
  await expect(page.getByRole('tab', { name: 'Classes' })).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('tab', { name: 'Depth' })).toHaveAttribute('aria-selected', 'true');
  await expect(page.getByRole('tab', { name: 'Depth' })).toBeFocused();

  await test.step('a photo dropped now waits its turn', async () => {
    await workbench.drop([{ name: 'early.png', type: 'image/png', bytes: await roomPhoto(false) }]);
    await expect(page.getByRole('button', { name: 'Show early.png' })).toBeVisible();
    await expect(workbench.status).toHaveAttribute('data-state', 'starting');
  });

  release();
  await workbench.ready();
  await expect(page.getByTestId('device')).toContainText('Wasm');
  await expect(page.getByTestId('depth-near')).toHaveText(/^\d+\.\d\d m$/);

  await test.step('the device card', async () => {
    await page.getByTestId('device').click();
    const card = page.getByRole('region', { name: 'Device and model' });
    await expect(card).toContainText('because WebAssembly was asked for');
    await expect(card).toContainText(/SHA-256[0-9a-f]{12}/);
    await page.keyboard.press('Escape');
    await expect(card).toBeHidden();
  });
});

test('two photos dropped together are both kept, by name, and can be removed; keys move the crosshair', async ({
  workbench,
  page,
}) => {
  await workbench.open();
  const bytes = await roomPhoto(false);
  await workbench.drop([
    { name: 'one.png', type: 'image/png', bytes },
    { name: 'two.png', type: 'image/png', bytes },
  ]);
  await workbench.ready();
  await expect(workbench.status).toContainText('one.png, 320 × 240');
  await expect(page.getByRole('button', { name: 'Show one.png' })).toBeInViewport({ ratio: 0.9 });
  await page.getByRole('button', { name: 'Show two.png' }).click();
  await workbench.ready();
  await expect(workbench.status).toContainText('two.png');
  await page.getByRole('button', { name: 'Remove two.png' }).click();
  await expect(workbench.status).toContainText('one.png');
  await expect(page.getByRole('button', { name: 'Show two.png' })).toHaveCount(0);

  await test.step('the crosshair moves by keys and tells what it sees', async () => {
    await workbench.ready();
    await workbench.stage.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+ArrowUp');
    await expect(workbench.readout).toHaveAttribute('data-x', '168');
    await expect(workbench.readout).toHaveAttribute('data-y', '119');
    await expect(page.locator('[aria-live=polite]')).toHaveText(/^column 168, row 119; \d+\.\d\d metres/);
    await page.keyboard.press('Escape');
    await expect(workbench.readout).not.toHaveAttribute('data-x', /./);
  });
});

test('a sample is shown by itself, with prompts to try; the address shows the same again', async ({
  workbench,
  page,
}) => {
  const room = await roomPhoto(false);
  const list = [
    { file: 'a.png', name: 'first room', prompts: ['the red box'] },
    { file: 'b.png', name: 'second room', prompts: ['the door'] },
  ];
  await page.route('**/samples/samples.json', (route) => route.fulfill({ json: list }));
  await page.route('**/samples/*.png', (route) => route.fulfill({ body: room, contentType: 'image/png' }));
  await workbench.open('');
  await workbench.ready();
  await expect(workbench.status).toContainText('first room');
  await page.getByRole('button', { name: 'Show second room' }).click();
  await workbench.openTab('Find');
  await page.getByRole('button', { name: 'the door' }).click();
  await expect(page.getByTestId('finding')).toContainText('the door');
  await expect(page).toHaveURL(/sample=second\+room/);
  await expect(page).toHaveURL(/task=refer/);

  await page.reload();
  await expect(page.getByTestId('finding')).toContainText('the door', { timeout: 60_000 });
  await expect(workbench.status).toContainText('second room');
});
