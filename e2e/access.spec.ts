import { violations } from './axe.ts';
import { roomPhoto } from './photos.ts';
import { expect, test } from './test.ts';

/** Contrast depends on the theme, crowding on the width: tabs are looked at in all four, what opens over them in two. */
const WIDE = { width: 1280, height: 800 };
const PHONE = { width: 360, height: 740 };
const LOOKS = [
  { colorScheme: 'light', first: WIDE, second: PHONE },
  { colorScheme: 'dark', first: PHONE, second: WIDE },
] as const;

for (const { colorScheme, first, second } of LOOKS)
  test(`axe finds nothing on any tab, dialog and card, ${colorScheme}`, async ({ workbench, page }) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize(first);
    await workbench.open('sample=none#prompt=the+red+zeppelin');
    expect(await violations(page)).toEqual([]);
    await test.step('it would find a picture without words', async () => {
      const picture = await page.evaluateHandle(() => document.body.appendChild(new Image(9, 9)));
      expect(await violations(page)).toContainEqual(expect.stringMatching(/^image-alt: /));
      await picture.evaluate((image) => image.remove());
    });
    await workbench.drop([
      { name: 'room.png', type: 'image/png', bytes: await roomPhoto(false) },
      { name: 'letter.png', type: 'image/png', bytes: new TextEncoder().encode('no picture') },
    ]);
    await expect(workbench.notices).toHaveCount(1);
    for (const tab of ['Find', 'Classes', 'Depth'] as const) {
      await workbench.openTab(tab);
      await workbench.ready();
      for (const size of [first, second]) {
        await page.setViewportSize(size);
        expect(await violations(page), `${tab}, ${size.width}`).toEqual([]);
      }
    }
    await page.setViewportSize(first);
    await workbench.notices.getByRole('button', { name: 'Dismiss' }).click();
    for (const [opener, opened] of [
      [page.getByTestId('device'), page.getByRole('region', { name: 'Device and model' })],
      [
        page.getByRole('button', { name: 'Keyboard shortcuts' }),
        page.getByRole('dialog', { name: 'Keyboard shortcuts' }),
      ],
      [page.getByRole('button', { name: 'Take a photo' }), page.getByRole('dialog', { name: 'Take a photo' })],
      [page.getByRole('button', { name: /^Session/ }), page.getByRole('dialog', { name: 'Clear the session?' })],
      [page.getByRole('button', { name: 'Open the 3D view' }), page.getByRole('dialog', { name: '3D view' })],
    ] as const) {
      await opener.click();
      await expect(opened).toBeVisible();
      expect(await violations(page), `${opened}`).toEqual([]);
      await page.keyboard.press('Escape');
      await expect(opened).toBeHidden();
    }
  });

test('nothing turns or slides for those who asked for less motion', async ({ workbench, page }) => {
  /** Names of animations that are not a change of light, and properties that slide. */
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
  await workbench.open('sample=none&task=refer');
  await workbench.ready();
  expect(await moving(), 'otherwise, something does').not.toEqual([]);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  expect(await moving()).toEqual([]);
});
