/** A whole session with the keyboard only, from a sample to a file, and where the focus goes. */
import { readFile } from 'node:fs/promises';
import type { Locator, Page } from '@playwright/test';
import { roomPhoto } from './photos.ts';
import { expect, PATIENCE, pixelsOf, test } from './test.ts';

/** More than the page's number of tab stops. */
const MOST_STOPS = 150;

/** Presses Tab until the target has the focus. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let i = 0; i < MOST_STOPS; i++) {
    await page.keyboard.press('Tab');
    if (await target.evaluate((element) => element === document.activeElement)) {
      const seen = await target.evaluate((element) => {
        const marked = (at: Element | null) => at !== null && getComputedStyle(at).outlineStyle !== 'none';
        // The focus of a hidden radio or switch is shown on the element that represents it.
        return marked(element) || marked(element.nextElementSibling) || marked(element.parentElement);
      });
      expect(seen, `the focus can be seen on ${target}`).toBe(true);
      return;
    }
  }
  throw new Error(`Tab does not reach ${target}.`);
}

test('choose a sample, find, threshold, brush, read a pixel, save a file: with the keyboard only', async ({
  workbench,
  page,
}) => {
  await workbench.openSample();
  const first = await page
    .getByRole('button', { name: /^Show / })
    .first()
    .getAttribute('aria-label');

  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Skip to the photo' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(workbench.stage).toBeFocused();
  for (let i = 0; i < 2; i++) await page.keyboard.press('.');
  await page.keyboard.press(',');
  await expect(page.locator('.thumb').nth(1)).toHaveAttribute('aria-current', 'true');
  await page.keyboard.press(',');
  // The strip is one stop.
  await tabTo(page, page.locator('.thumb').first());
  await page.keyboard.press('ArrowDown');
  await expect(page.locator('.thumb').nth(1)).toBeFocused();
  await page.keyboard.press('Enter');
  const second = await page.locator('.thumb').nth(1).getAttribute('aria-label');
  expect(second).not.toBe(first);
  await expect(workbench.stage).toHaveAccessibleName(new RegExp(`^${second?.replace('Show ', '')}\\. `));

  await page.keyboard.press('Tab');
  await expect(page.locator('.strip :focus'), 'the strip is one stop').toHaveCount(0);
  await tabTo(page, page.getByRole('button', { name: 'Skip to the panel' }));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('tab', { name: 'Depth' })).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('tab', { name: 'Find' })).toBeFocused();
  await page.keyboard.press('/');
  await expect(page.getByRole('textbox', { name: 'What to look for' })).toBeFocused();
  const words = (await page.locator('.chip').first().textContent()) ?? '';
  await page.keyboard.type(words);
  await page.keyboard.press('Enter');
  const finding = page.getByTestId('finding');
  await expect(finding).toContainText(words);
  const area = async () => Number(await finding.getAttribute('data-area'));

  await tabTo(page, page.getByRole('slider', { name: 'Threshold' }));
  await page.keyboard.press('Home');
  const most = await area();
  await page.keyboard.press('End');
  await expect.poll(area).toBeLessThan(most);
  const least = await area();

  await tabTo(page, page.getByRole('region', { name: 'Correct the mask' }).locator('summary'));
  await page.keyboard.press('Enter');
  const brush = page.getByRole('radio', { name: 'Off' });
  await tabTo(page, brush);
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('radio', { name: 'Add' })).toBeChecked();
  await page.keyboard.press('e');
  await expect(page.getByRole('radio', { name: 'Erase' })).toBeChecked();
  await page.keyboard.press('Escape');
  await expect(brush).toBeChecked();
  await page.keyboard.press('b');
  await expect(page.getByRole('radio', { name: 'Add' })).toBeChecked();
  for (let i = 0; i < 4; i++) await page.keyboard.press(']');
  await tabTo(page, workbench.stage);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Enter');
  await expect.poll(area).toBeGreaterThan(least);
  const painted = await area();
  await page.keyboard.press('Control+z');
  await expect.poll(area).toBe(least);
  await page.keyboard.press('Control+Shift+z');
  await expect.poll(area).toBe(painted);
  const undo = page.getByRole('button', { name: 'Undo' });
  const redo = page.getByRole('button', { name: 'Redo' });
  for (const [button, other] of [
    [undo, redo],
    [redo, undo],
  ] as const) {
    while (await button.isEnabled()) await button.press('Enter');
    await expect(other, 'after the button is disabled').toBeFocused();
  }
  await expect.poll(area).toBe(painted);

  const x = Number(await workbench.readout.getAttribute('data-x'));
  const y = Number(await workbench.readout.getAttribute('data-y'));
  await expect(page.locator('.readout [aria-live=polite]')).toHaveText(
    new RegExp(`^column ${x}, row ${y}; \\d+\\.\\d\\d metres; .*mask .*words `),
  );

  await tabTo(page, page.getByRole('button', { name: 'Mask PNG' }));
  const waiting = page.waitForEvent('download');
  await page.keyboard.press('Enter');
  const { data, channels, width, height } = await pixelsOf(await readFile(await (await waiting).path()));
  let inside = 0;
  for (let i = 0; i < data.length; i += channels) if ((data[i] ?? 0) > 0) inside++;
  expect(inside / (width * height)).toBeCloseTo(painted, 2);
  expect(data[(y * width + x) * channels], 'the brush stroke is in the file').toBe(255);

  // A layer of another task with the mask, and the list of keys.
  await tabTo(page, page.getByRole('button', { name: 'Show depth' }));
  await page.keyboard.press('Space');
  await expect(page.getByRole('button', { name: 'Show depth' })).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  for (const does of [
    'Next photo',
    'Eraser',
    'Undo the last',
    'Redo it',
    'measuring point',
    'Larger brush',
    'Move the crosshair',
  ])
    await expect(sheet.locator('dl > div', { hasText: does }).first()).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Show depth' })).toBeFocused();
});

test('a press on the backdrop closes a dialog; selecting text past its edge does not', async ({ workbench, page }) => {
  await workbench.open(undefined, { model: false });
  await expect(workbench.stage).toBeVisible();
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  const heading = await sheet.getByRole('heading', { name: 'Keyboard shortcuts' }).boundingBox();
  await page.mouse.move((heading?.x ?? 0) + 4, (heading?.y ?? 0) + 4);
  await page.mouse.down();
  await page.mouse.move(2, 2);
  await page.mouse.up();
  await expect(sheet).toBeVisible();
  await page.mouse.click(2, 2);
  await expect(sheet).toBeHidden();
});

test('photos can be removed and restored; controls that disappear or are disabled pass the focus on', async ({
  workbench,
  page,
}) => {
  await workbench.open();
  const bytes = await roomPhoto();
  await workbench.drop(['one.png', 'two.png'].map((name) => ({ name, type: 'image/png', bytes })));
  await workbench.ready();
  const thumb = (name: string) => page.getByRole('button', { name: `Show ${name}` });
  const removed = page.getByTestId('removed');
  await expect(workbench.status).toContainText('one.png, 320 × 240');
  await expect(thumb('one.png')).toBeInViewport({ ratio: 0.9 });
  await thumb('two.png').click();
  await workbench.ready();
  await expect(workbench.status).toContainText('two.png');

  await test.step('photos that are removed and restored', async () => {
    await thumb('one.png').press('Delete');
    await expect(thumb('two.png'), 'the next photo').toBeFocused();
    await removed.getByRole('button', { name: 'Undo' }).press('Enter');
    await expect(thumb('one.png'), 'the restored photo').toBeFocused();
    await workbench.ready();
    await page.getByRole('button', { name: 'Remove two.png' }).press('Enter');
    await expect(thumb('one.png'), 'the last photo').toBeFocused();
    await removed.getByRole('button', { name: 'Undo' }).click();
    await thumb('two.png').click();
    await expect(workbench.status).toContainText('two.png');
    await page.getByRole('button', { name: 'Remove two.png' }).click();
    await expect(workbench.status).toContainText('one.png');
    await expect(thumb('two.png')).toHaveCount(0);
    await removed.getByRole('button', { name: 'Dismiss' }).press('Enter');
    await expect(removed).toHaveCount(0);
    await expect(thumb('one.png'), 'the shown photo').toBeFocused();
  });

  await test.step('a dismissed or finished control passes the focus on to its replacement', async () => {
    for (const name of ['a.png', 'b.png'])
      await workbench.drop([{ name, type: 'image/png', bytes: new TextEncoder().encode(name) }]);
    await expect(workbench.notices).toHaveCount(2);
    const dismiss = page.getByRole('button', { name: 'Dismiss', exact: true });
    await dismiss.first().press('Enter');
    await expect(workbench.notices).toHaveCount(1);
    await expect(dismiss).toBeFocused();
    await dismiss.press('Enter');
    await expect(workbench.notices).toHaveCount(0);
    await expect(page.locator('body')).not.toBeFocused();

    const all = page.getByRole('button', { name: 'Run on all photos' });
    await all.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Run on all photos' });
    await dialog.getByRole('button', { name: 'Run on 1 photo' }).press('Enter');
    await expect(dialog.getByRole('button', { name: /^Save ZIP/ })).toBeVisible(PATIENCE);
    await expect(dialog.locator(':focus')).toHaveCount(1);
    await page.keyboard.press('Escape');
    await expect(all).toBeFocused();
  });

  await test.step('the crosshair moves, and its values are announced', async () => {
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

  await test.step('the buttons below the stage', async () => {
    const closer = page.getByRole('button', { name: 'Zoom in' });
    const scale = page.getByTestId('scale');
    const fitted = (await scale.textContent()) ?? '';
    for (const name of ['Zoom out', 'The whole photo']) {
      const button = page.getByRole('button', { name });
      await expect(button).toHaveAttribute('aria-disabled', 'true');
      await closer.press('Enter');
      await expect(scale).not.toHaveText(fitted);
      await expect(button).toHaveAttribute('aria-disabled', 'false');
      await button.press('Enter');
      await expect(scale).toHaveText(fitted);
      await expect(button).toHaveAttribute('aria-disabled', 'true');
      await expect(button).toBeFocused();
      await page.keyboard.press('Enter');
      await expect(scale).toHaveText(fitted);
    }
  });
});
