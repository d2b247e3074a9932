/** Photos from the camera: Chromium's fake device shows a turning disc on green with a clock. */
import { testLaunchOptions } from './chromium.ts';
import { expect, test } from './test.ts';

test.use({
  launchOptions: testLaunchOptions('--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'),
});

test('the camera’s picture becomes a photo, and the camera is released', async ({ workbench, page }) => {
  await workbench.open('sample=none');
  await page.getByRole('button', { name: 'Take a photo' }).click();
  const video = page.getByLabel('What the camera sees');
  await expect(video).toHaveAttribute('data-live', 'true');
  const live = await video.evaluateHandle((element) =>
    element instanceof HTMLVideoElement && element.srcObject instanceof MediaStream ? element.srcObject : undefined,
  );
  // Two quick clicks take only one photo.
  await page.getByRole('button', { name: 'Take the photo' }).dblclick();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  expect(await live.evaluate((stream) => stream?.getTracks().map((track) => track.readyState))).toEqual(['ended']);
  await workbench.ready();
  const thumb = page.getByRole('button', { name: /^Show camera \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d\.jpg$/ });
  await expect(thumb).toHaveAttribute('aria-current', 'true');
  await expect(thumb).toHaveCount(1);
  await expect(workbench.status).toContainText(/\d{3,4} × \d{3,4}/);
  const green = await thumb.locator('img').evaluate((image) => {
    const canvas = document.createElement('canvas');
    const context = canvas.getContext('2d');
    if (image instanceof HTMLImageElement) context?.drawImage(image, 0, 0);
    return [...(context?.getImageData(4, 4, 1, 1).data ?? [])];
  });
  expect((green[1] ?? 0) - (green[0] ?? 0), `${green}`).toBeGreaterThan(50);
});

test('with several cameras, the name of the one that the browser opened is shown', async ({ workbench, page }) => {
  await page.addInitScript(() => {
    const { mediaDevices } = navigator;
    const ask = mediaDevices.getUserMedia.bind(mediaDevices);
    // Two names for the only device: the browser opens the second, as a phone opens its back camera.
    mediaDevices.enumerateDevices = async () => {
      const [real] = (await ask({ video: true })).getVideoTracks();
      const named = (deviceId: string, label: string) =>
        Object.assign(Object.create(null), { kind: 'videoinput', deviceId, label });
      return [named('front', 'Front camera'), named(real?.getSettings().deviceId ?? '', 'Back camera')];
    };
  });
  await workbench.open(undefined, { model: false });
  await page.getByRole('button', { name: 'Take a photo' }).click();
  await expect(page.getByLabel('Camera', { exact: true })).toHaveValue(/./);
  await expect(page.getByLabel('Camera', { exact: true }).locator('option:checked')).toHaveText('Back camera');
});

const REFUSALS = {
  NotAllowedError:
    'The browser did not let this page use the camera; allow it next to the address bar, or choose a photo instead.',
  NotFoundError: 'No camera was found on this machine; plug one in and try again, or choose a photo instead.',
};

test('a camera that is refused or missing gives one message', async ({ workbench, page }) => {
  await workbench.open(undefined, { model: false });
  for (const [name, sentence] of Object.entries(REFUSALS))
    await test.step(name, async () => {
      await page.evaluate((error) => {
        navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', error));
      }, name);
      await page.getByRole('button', { name: 'Take a photo' }).click();
      await expect(page.getByRole('dialog').getByRole('alert')).toHaveText(sentence);
      await expect(page.getByRole('button', { name: 'Take the photo' })).toBeDisabled();
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toHaveCount(0);
    });
});
