import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { roomPhoto } from './photos.ts';
import { expect, test } from './test.ts';

/** Contrast depends on the theme, crowding on the width: tabs are looked at in all four, what opens over them in two. */
const WIDE = { width: 1280, height: 800 };
const PHONE = { width: 360, height: 740 };
const LOOKS = [
  { colorScheme: 'light', first: WIDE, second: PHONE },
  { colorScheme: 'dark', first: PHONE, second: WIDE },
] as const;

async function problems(page: Page): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
}

for (const { colorScheme, first, second } of LOOKS)
  test(`axe finds nothing on any tab, dialog and card, ${colorScheme}`, async ({ workbench, page }) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize(first);
    await workbench.open('sample=none&prompt=the+red+zeppelin');
    expect(await problems(page)).toEqual([]);
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
        expect(await problems(page), `${tab}, ${size.width}`).toEqual([]);
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
      expect(await problems(page), `${opened}`).toEqual([]);
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
