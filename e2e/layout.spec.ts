import { roomPhoto } from './photos.ts';
import { expect, shot, test } from './test.ts';

const LOOKS = [
  { name: 'phone, dark', width: 360, height: 740, colorScheme: 'dark' },
  { name: 'tablet', width: 768, height: 1024, colorScheme: 'light' },
  { name: 'desktop, dark', width: 1440, height: 900, colorScheme: 'dark' },
] as const;

test('nothing is cut off or pushed out, on any width', async ({ workbench, page }) => {
  await workbench.open('sample=none#prompt=the+red+box');
  await workbench.drop([
    {
      name: 'a photo with a rather long name, as cameras give them.png',
      type: 'image/png',
      bytes: await roomPhoto(false),
    },
    { name: 'letter.png', type: 'image/png', bytes: new TextEncoder().encode('no picture') },
  ]);
  await expect(page.getByTestId('finding')).toBeVisible({ timeout: 60_000 });
  for (const { name, width, height, colorScheme } of LOOKS) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme });
    for (const tab of ['Depth', 'Find', 'Classes'] as const) {
      await workbench.openTab(tab);
      await workbench.ready();
      const sizes = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
      expect(sizes[0], `${name}, ${tab}`).toBeLessThanOrEqual(sizes[1] ?? 0);
      await shot(page, `${name}, ${tab}`);
    }
    await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
    await expect(workbench.notices, `${name}: what went wrong is in sight`).toBeInViewport({ ratio: 1 });
    const progress = await page.locator('.stage-progress').evaluate((element) => element.getBoundingClientRect().y);
    expect(progress, `${name}: progress is in sight`).toBeGreaterThan(0);
    expect(progress).toBeLessThan(height);
    await page.evaluate(() => window.scrollTo(0, 0));
    const background = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const [red = 0] = background.match(/\d+/g)?.map(Number) ?? [];
    expect(red < 128, `${name}: ${background}`).toBe(colorScheme === 'dark');
  }
});
