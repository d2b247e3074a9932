/** Bad files and prompts each give their message, and the page remains usable. */
import sharp from 'sharp';
import { roomPhoto } from './photos.ts';
import { expect, PATIENCE, test } from './test.ts';

const text = (content: string) => new TextEncoder().encode(content);

test('files that are not photos, then prompts that cannot be read', async ({ workbench, page }) => {
  await workbench.open();

  await test.step('files that are not photos', async () => {
    const room = await roomPhoto();
    const jpegStart = Uint8Array.from([
      0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 9, 9, 9, 9,
    ]);
    const cases = [
      {
        name: 'letter.png',
        type: 'image/png',
        bytes: text('Dear all, this is no picture.'),
        says: /^letter\.png .*not an image/,
      },
      {
        name: 'drawing.svg',
        type: 'image/svg+xml',
        bytes: text('<svg xmlns="http://www.w3.org/2000/svg"/>'),
        says: /^drawing\.svg .*SVG/,
      },
      { name: 'nothing.png', type: 'image/png', bytes: new Uint8Array(0), says: /^nothing\.png .*empty/ },
      { name: 'torn.jpg', type: 'image/jpeg', bytes: jpegStart, says: /^torn\.jpg / },
      { name: 'half.png', type: 'image/png', bytes: room.subarray(0, 40), says: /^half\.png / },
    ];
    for (const { says, ...file } of cases) {
      await workbench.drop([file]);
      const notice = workbench.notices.filter({ hasText: file.name });
      await expect(notice.locator('p')).toHaveText(says);
      await notice.getByRole('button', { name: 'Dismiss' }).click();
      await expect(page.getByRole('button', { name: `Show ${file.name}` })).toHaveCount(0);
    }
    await workbench.drop(cases.map(({ says: _, ...file }) => file));
    await expect(workbench.notices.locator('p')).toHaveText(
      'None of 5 files could be opened: letter.png, drawing.svg, nothing.png and 2 more.',
    );
    await workbench.notices.getByText('Each file').click();
    await expect(workbench.notices.locator('li')).toHaveText(cases.map(({ says }) => says));
    await workbench.drop(cases.slice(0, 1).map(({ says: _, ...file }) => file));
    await expect(workbench.notices).toHaveCount(2);
    await page.getByRole('button', { name: 'Dismiss all' }).click();
    await expect(workbench.notices).toHaveCount(0);
    // A photo that can be read, but not as it is.
    const frames = [room, await sharp(room).negate().toBuffer()];
    const moving = await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer();
    await workbench.drop([{ name: 'room.gif', type: 'image/gif', bytes: moving }]);
    await workbench.ready();
    await expect(page.getByTestId('photo-notes')).toHaveText('The image is animated; its first frame is used.');
    await expect(page.getByTestId('depth-near')).toHaveText(/^\d+\.\d\d m$/);
    await expect(workbench.notices).toHaveCount(0);
  });

  await test.step('prompts that cannot be read', async () => {
    const error = page.locator('.field-error');
    const cases = [
      { prompt: '   ', says: /^Type what to look for/ },
      { prompt: 'a'.repeat(10_000), says: /10,?000 characters/ },
      { prompt: '🙂🦓', says: /🙂/ },
      { prompt: 'xylophone zeppelin', says: /xylophone/ },
    ];
    for (const { prompt, says } of cases) {
      await workbench.find(prompt);
      await expect(error).toHaveText(says);
    }
    await workbench.ready();
    await expect(page.getByRole('list', { name: 'Recent' }), 'refused prompts are not remembered').toHaveCount(0);
    await workbench.find('the red box and a zeppelin');
    await expect(page.getByTestId('finding')).toBeVisible(PATIENCE);
    await expect(error).toBeEmpty();
    await expect(page.locator('.prompt .note', { hasText: 'zeppelin' }), 'next to the answer').toBeVisible();
    await expect(page.locator('.token[data-unknown]')).toHaveText('zeppelin');
  });
});
