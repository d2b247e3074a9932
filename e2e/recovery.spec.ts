import { readFile } from 'node:fs/promises';
import { expect, PATIENCE, test } from './test.ts';

test('a crashed engine gives one message; Retry restores everything', async ({ workbench, page, context }) => {
  await workbench.openRoom();
  const near = await page.getByTestId('depth-near').textContent();

  const worker = page.workers().find((each) => each.url().includes('worker'));
  await worker?.evaluate(() => {
    setTimeout(() => {
      throw new Error('crashed on purpose');
    });
  });
  await expect(workbench.status).toHaveAttribute('data-state', 'failed');
  await expect(workbench.notices).toHaveCount(1);
  await expect(workbench.notices.locator('p')).toHaveText(/The engine crashed: .*crashed on purpose/);
  await expect(page.getByTestId('depth-near'), 'computed results stay').toHaveText(near ?? '');

  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await workbench.notices.getByRole('button', { name: 'Copy details' }).click();
  await expect(workbench.notices.getByRole('button', { name: 'Copied' })).toBeVisible();
  const details = await page.evaluate(() => navigator.clipboard.readText());
  const { files } = JSON.parse(await readFile('models/tiny/config.json', 'utf8'));
  expect(details).toContain('worker-crashed: The engine crashed');
  expect(details).toMatch(/^Backend: wasm/m);
  expect(details).toContain(files['model.safetensors'].sha256);
  expect(details).toMatch(/^Page: VPD Workbench \d+\.\d+\.\d+, onnxruntime-web \d/m);
  expect(details, 'the details do not contain the photo’s name').not.toContain('room');

  const note = page.getByTestId('run-note');
  await expect(note, 'one Retry is enough').toHaveCount(0);
  await workbench.notices.getByRole('button', { name: 'Dismiss' }).click();
  await expect(workbench.notices).toHaveCount(0);
  await expect(workbench.status).toContainText('The model is not running');
  await expect(note).toContainText('The engine crashed: ');
  await note.getByRole('button', { name: 'Retry' }).click();
  await workbench.ready();
  await expect(note).toHaveCount(0);
  await workbench.openTab('Classes');
  await expect(page.locator('.class-row').first()).toBeVisible(PATIENCE);
});

test('the message for a missing pack names its address, and Retry finds it', async ({ workbench, page }) => {
  await page.route('**/models/tiny/config.json', (route) => route.fulfill({ status: 404, body: 'not here' }), {
    times: 1,
  });
  await workbench.open();
  await expect(workbench.notices.locator('p')).toHaveText(/models\/tiny\/config\.json.*404/);
  await expect(workbench.status).toHaveAttribute('data-state', 'failed');
  await workbench.notices.getByRole('button', { name: 'Retry' }).click();
  await workbench.ready();
});

test('a runtime that cannot be loaded gives one message; once the connection is back, Retry starts it', async ({
  workbench,
  page,
}) => {
  const wasm = '**/*.wasm';
  // All requests, because the runtime retries once by itself.
  await page.route(wasm, (route) => route.abort('internetdisconnected'));
  await workbench.open();
  await expect(workbench.status).toHaveAttribute('data-state', 'failed', PATIENCE);
  await expect(workbench.notices).toHaveCount(1);
  await expect(workbench.notices).toHaveAttribute('data-code', 'network');
  await expect(workbench.notices.locator('p')).toHaveText(
    'The runtime that computes the networks could not be fetched or started. Check the connection, then retry.',
  );

  await page.unroute(wasm);
  await workbench.notices.getByRole('button', { name: 'Retry' }).click();
  await workbench.ready();
  await expect(workbench.notices).toHaveCount(0);
});

test('a lost device gives one message; Retry restores everything', async ({ workbench, page }) => {
  await workbench.openRoom();
  // Posts the worker's last message, because how a device gets lost differs between drivers.
  await page
    .workers()
    .find((each) => each.url().includes('worker'))
    ?.evaluate(() => {
      const error = { code: 'device-lost', message: 'The graphics device was lost.', detail: 'a driver restarted' };
      globalThis.postMessage({ kind: 'lost', error });
    });
  await expect(workbench.notices).toHaveCount(1);
  await expect(workbench.notices).toHaveAttribute('data-code', 'device-lost');
  await expect(page.getByTestId('depth-near')).toHaveText(/^\d+\.\d\d m$/);
  await workbench.openTab('Classes');
  await expect(workbench.notices, 'still one message').toHaveCount(1);
  await workbench.notices.getByRole('button', { name: 'Retry' }).click();
  await expect(page.locator('.class-row').first()).toBeVisible(PATIENCE);
  await expect(workbench.notices).toHaveCount(0);
});

test('a part of the page that cannot be loaded gives one message; the rest works, and the next try loads it', async ({
  workbench,
  page,
}) => {
  await workbench.openSample();
  const parts = [
    ['Run on all photos', 'Run on all photos', 'BatchDialog', 'The window for all photos'],
    ['Open the 3D view', '3D view', 'View3d', 'The 3D view'],
  ] as const;
  for (const [button, dialog, file, what] of parts) {
    const code = `**/assets/${file}-*.js*`;
    await page.route(code, (route) => route.abort('internetdisconnected'));
    await page.getByRole('button', { name: button, exact: true }).click();
    await expect(workbench.notices.locator('p')).toHaveText(
      `${what} could not be loaded. Check the connection and try again, or reload the page.`,
    );
    await workbench.notices.getByRole('button', { name: 'Dismiss' }).click();
    await expect(page.getByTestId('depth-near'), 'the rest of the page works').toHaveText(/^\d+\.\d\d m$/);
    await page.unroute(code);
    await page.getByRole('button', { name: button, exact: true }).click();
    await expect(page.getByRole('dialog', { name: dialog })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog', { name: dialog })).toBeHidden();
  }
});
