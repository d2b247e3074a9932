/** After the first visit the page works offline; a new version is announced, and installed on request. */
import { HANGS, type Site, startSite } from './site.ts';
import { test as base, expect, PATIENCE } from './test.ts';

const test = base.extend<{ site: Site; isolated: boolean }>({
  serviceWorkers: 'allow',
  isolated: [true, { option: true }],
  site: async ({ isolated }, use) => {
    const site = await startSite({ isolated });
    await use(site);
    await site.close();
  },
  baseURL: async ({ site }, use) => use(site.url),
});

test('offline, the page opens, has threads and computes depth; a new version asks before it is installed', async ({
  workbench,
  page,
  context,
  site,
}) => {
  await workbench.open();
  await workbench.ready();
  const promise = page.getByTestId('promise');
  await expect(promise).toHaveAttribute('data-kept', 'kept', PATIENCE);
  await expect(promise).toContainText('works offline');
  await expect(page.getByTestId('update')).toHaveCount(0);
  const runtimes = site.requested().filter((path) => path.endsWith('.wasm'));
  expect(new Set(runtimes).size, 'one build of the runtime').toBe(1);

  await test.step('a new version waits for the user’s request', async () => {
    await site.release('Workbench, the second');
    await page.reload();
    await expect(page).toHaveTitle(/VPD Workbench$/);
    const prompt = page.getByTestId('update');
    await expect(prompt).toContainText('A new version of this page is ready.', PATIENCE);
    const fetched = site.requested();
    expect(fetched, 'unchanged files are not fetched again').not.toContain('models/tiny/model.safetensors');
    expect(fetched.filter((path) => path.endsWith('.wasm'))).toEqual([]);

    const other = await context.newPage();
    await other.goto(page.url());
    await expect(other).toHaveTitle(/VPD Workbench$/);
    // A pending request delays the activation of the next service worker.
    await expect(other.getByTestId('status')).toHaveAttribute('data-state', 'ready', PATIENCE);
    await prompt.getByRole('button', { name: 'Reload' }).click();
    await expect(page).toHaveTitle(/Workbench, the second$/, PATIENCE);
    await expect(other.getByTestId('update')).toContainText('Another tab', PATIENCE);
    await expect(other).toHaveTitle(/VPD Workbench$/);
    await other.close();
    await workbench.ready();
    await expect(promise).toHaveAttribute('data-kept', 'kept', PATIENCE);
  });

  await test.step('a request that hangs does not keep the old version active', async () => {
    await site.release('Workbench, the third');
    await page.reload();
    const prompt = page.getByTestId('update');
    await expect(prompt).toContainText('A new version of this page is ready.', PATIENCE);
    await page.evaluate((path) => void fetch(path).catch(() => undefined), HANGS);
    await expect.poll(() => site.requested()).toContain(HANGS);
    await prompt.getByRole('button', { name: 'Reload' }).click();
    await expect(page).toHaveTitle(/Workbench, the third$/, PATIENCE);
    await workbench.ready();
    await expect(promise).toHaveAttribute('data-kept', 'kept', PATIENCE);
  });

  await site.close();
  await page.reload();
  await expect(page).toHaveTitle(/Workbench, the third$/);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  await workbench.dropRoom();
  await workbench.ready();
  await expect(page.getByTestId('depth-near')).toHaveText(/^\d+\.\d\d m$/);
  // A machine of two cores has one thread, but not because isolation is missing.
  await expect(page.locator('#device-card')).not.toContainText('isolated');
  // The vocabulary, samples and parts that load on demand are available, too.
  await workbench.find('the red box');
  await expect(page.getByTestId('finding')).toBeVisible(PATIENCE);
  await workbench.openTab('Depth');
  await page.getByRole('button', { name: 'Open the 3D view' }).click();
  await expect(page.locator('canvas.space-canvas')).toBeVisible();
});

test.describe('on a host without headers', () => {
  test.use({ isolated: false });
  test('threads are available from the second visit on', async ({ workbench, page, site }) => {
    await workbench.open();
    await workbench.ready();
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
    await expect(page.getByTestId('promise')).toHaveAttribute('data-kept', 'kept', PATIENCE);
    await site.close();
    await page.reload();
    await workbench.ready();
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  });
});
