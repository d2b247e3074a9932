import { roomPhoto } from './photos.ts';
import { expect, test } from './test.ts';

test('a crashed engine is one message; Retry brings everything back', async ({ workbench, page }) => {
  await workbench.open();
  await workbench.drop([{ name: 'room.png', type: 'image/png', bytes: await roomPhoto(false) }]);
  await workbench.ready();
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
  await expect(page.getByTestId('depth-near'), 'what was computed stays').toHaveText(near ?? '');

  await workbench.notices.getByRole('button', { name: 'Retry' }).click();
  await expect(workbench.notices).toHaveCount(0);
  await workbench.ready();
  await workbench.openTab('Classes');
  await expect(page.locator('.class-row').first()).toBeVisible({ timeout: 60_000 });
});

test('a pack that is not there says where it was looked for, and Retry finds it', async ({ workbench, page }) => {
  await page.route('**/models/tiny/config.json', (route) => route.fulfill({ status: 404, body: 'not here' }), {
    times: 1,
  });
  await workbench.open();
  await expect(workbench.notices.locator('p')).toHaveText(/models\/tiny\/config\.json.*404/);
  await expect(workbench.status).toHaveAttribute('data-state', 'failed');
  await workbench.notices.getByRole('button', { name: 'Retry' }).click();
  await workbench.ready();
});
