/** Accessibility in windows of all sizes: axe, content that is cut off or outside the window, and motion. */
import { violations } from './axe.ts';
import { roomPhoto } from './photos.ts';
import { expect, PATIENCE, shot, test } from './test.ts';

/** Contrast depends on the colour scheme and layout on the width, so axe checks both schemes, and the narrowest and the widest window. */
const LOOKS = [
  // As narrow as a desktop's page at 400 %.
  { name: 'phone, dark', width: 320, height: 740, colorScheme: 'dark', axe: true },
  // As small as a laptop's page at 200 %.
  { name: 'phone on its side', width: 640, height: 360, colorScheme: 'light', axe: false },
  { name: 'tablet', width: 768, height: 1024, colorScheme: 'light', axe: false },
  { name: 'desktop, dark', width: 1440, height: 900, colorScheme: 'dark', axe: true },
  { name: 'desktop', width: 1440, height: 900, colorScheme: 'light', axe: true },
] as const;
const [PHONE, , , , DESKTOP] = LOOKS;
const TABS = ['Depth', 'Find', 'Classes'] as const;

test('axe finds nothing, and no content is cut off or outside the window, at any size', async ({ workbench, page }) => {
  const setLook = async ({ width, height, colorScheme }: (typeof LOOKS)[number]) => {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme });
  };
  await setLook(DESKTOP);
  await workbench.open('sample=none#prompt=the+red+zeppelin');

  await test.step('the page without a photo; axe would find a picture without alternative text', async () => {
    for (const look of [PHONE, DESKTOP]) {
      await setLook(look);
      expect(await violations(page), look.name).toEqual([]);
    }
    const picture = await page.evaluateHandle(() => document.body.appendChild(new Image(9, 9)));
    expect(await violations(page)).toContainEqual(expect.stringMatching(/^image-alt: /));
    await picture.evaluate((image) => image.remove());
  });

  await workbench.drop([
    {
      name: 'a photo with a rather long name, as cameras give them.png',
      type: 'image/png',
      bytes: await roomPhoto(),
    },
    { name: 'letter.png', type: 'image/png', bytes: new TextEncoder().encode('no picture') },
  ]);
  await expect(page.getByTestId('finding')).toBeVisible(PATIENCE);
  await expect(workbench.notices).toHaveCount(1);
  for (const look of LOOKS)
    await test.step(look.name, async () => {
      await setLook(look);
      for (const tab of TABS) {
        await workbench.openTab(tab);
        await workbench.ready();
        const [content = 0, window = 0] = await page.evaluate(() => [
          document.documentElement.scrollWidth,
          globalThis.innerWidth,
        ]);
        expect(content, tab).toBeLessThanOrEqual(window);
        const cut = await page
          .locator('.panel, .stage-bar')
          .evaluateAll((boxes) => boxes.filter((box) => box.scrollWidth > box.clientWidth).map((box) => box.className));
        expect(cut, tab).toEqual([]);
        const [tall = 0, height = 0] = await page.evaluate(() => [
          document.documentElement.scrollHeight,
          globalThis.innerHeight,
        ]);
        // Only the panel scrolls; in a narrow window the whole page does, except on a phone on its side.
        if (look.width >= 900 || look.height < 500) expect(tall, tab).toBe(height);
        if (look.axe) expect(await violations(page), tab).toEqual([]);
        await shot(page, `${look.name}, ${tab}`);
      }
      await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
      await expect(workbench.notices, 'the notice is visible').toBeInViewport({ ratio: 1 });
      const progress = await page.locator('.stage-progress').evaluate((element) => element.getBoundingClientRect().y);
      expect(progress, 'progress is visible').toBeGreaterThan(0);
      expect(progress).toBeLessThan(look.height);
      await expect(workbench.stage, 'the photo is visible').toBeInViewport({ ratio: 1 });
      // Only if nothing lies on the tab.
      await page.getByRole('tab', { name: 'Classes' }).click({ trial: true });
      await page.evaluate(() => window.scrollTo(0, 0));
      const background = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
      const [red = 0] = background.match(/\d+/g)?.map(Number) ?? [];
      expect(red < 128, background).toBe(look.colorScheme === 'dark');
    });

  await workbench.openTab('Depth');
  await workbench.notices.getByRole('button', { name: 'Dismiss' }).click();
  for (const look of [PHONE, DESKTOP])
    await test.step(`dialogs and menus: ${look.name}`, async () => {
      await setLook(look);
      for (const [opener, opened] of [
        [page.getByTestId('device'), page.getByRole('region', { name: 'Device and model' })],
        [
          page.getByRole('button', { name: 'Keyboard shortcuts' }),
          page.getByRole('dialog', { name: 'Keyboard shortcuts' }),
        ],
        [page.getByRole('button', { name: 'Take a photo' }), page.getByRole('dialog', { name: 'Take a photo' })],
        [page.getByRole('button', { name: 'Clear session' }), page.getByRole('dialog', { name: 'Clear the session?' })],
        [page.getByRole('button', { name: 'Open the 3D view' }), page.getByRole('dialog', { name: '3D view' })],
      ] as const) {
        await opener.click();
        await expect(opened).toBeVisible();
        expect(await violations(page), `${opened}`).toEqual([]);
        await page.keyboard.press('Escape');
        await expect(opened).toBeHidden();
      }
    });
});

test('with reduced motion nothing turns or slides', async ({ workbench, page }) => {
  /** Names of animations other than of opacity, and of properties with transitions. */
  const moving = () =>
    page.evaluate(() =>
      [...document.querySelectorAll('*')].flatMap((element) =>
        ['', '::before', '::after'].flatMap((pseudo) => {
          const { animationName, transitionDuration, transitionProperty } = getComputedStyle(element, pseudo || null);
          return [
            ...animationName.split(', ').filter((name) => name !== 'none' && name !== 'breathe'),
            ...transitionProperty
              .split(', ')
              .filter((name, i) => name !== 'opacity' && !/^0s/.test(transitionDuration.split(', ')[i] ?? '0s')),
          ];
        }),
      ),
    );
  await workbench.open('sample=Bedroom&task=refer#prompt=the+red+chair', { model: false });
  await expect(page.getByTestId('finding')).toBeVisible(PATIENCE);
  expect(await moving(), 'without the setting something moves').not.toEqual([]);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  expect(await moving()).toEqual([]);
});
