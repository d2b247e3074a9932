import { roomPhoto } from './photos.ts';
import { expect, PATIENCE, test } from './test.ts';

test('the page responds before a model is open; the embedded pack opens by itself, and its card states the device and the reason', async ({
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

  await test.step('a photo that is dropped meanwhile waits', async () => {
    await workbench.dropRoom({ name: 'early.png' });
    await expect(page.getByRole('button', { name: 'Show early.png' })).toBeVisible();
    await expect(workbench.status).toHaveAttribute('data-state', 'starting');
  });

  await test.step('the opening of the model is stopped by a button or by Escape; Open goes on', async () => {
    const note = page.getByTestId('run-note');
    const stop = page.getByRole('button', { name: 'Stop' });
    await stop.click();
    await expect(note).toContainText('Opening the model was stopped.');
    await note.getByRole('button', { name: 'Open' }).click();
    await expect(stop).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(note).toContainText('Opening the model was stopped.');
    await expect(workbench.notices).toHaveCount(0);
    await note.getByRole('button', { name: 'Open' }).click();
    await expect(stop).toBeVisible();
    await workbench.openTab('Find');
    await page.getByRole('textbox', { name: 'What to look for' }).press('Escape');
    await expect(note, 'in a text box, too').toContainText('Opening the model was stopped.');
    await workbench.openTab('Depth');
    await note.getByRole('button', { name: 'Open' }).click();
  });

  release();
  await workbench.ready();
  await expect(page.getByTestId('said')).toHaveText(/^Depth: \d+\.\d to \d+\.\d m\.$/);
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

test('a sample is shown at the start, with example prompts; its address shows the same again', async ({
  workbench,
  page,
}) => {
  const room = await roomPhoto();
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
  await expect(page.getByTestId('finding')).toContainText('the door', PATIENCE);
  await expect(workbench.status).toContainText('second room');
});
