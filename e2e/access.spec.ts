import AxeBuilder from '@axe-core/playwright';
import { roomPhoto } from './photos.ts';
import { expect, test } from './test.ts';

for (const colorScheme of ['light', 'dark'] as const)
  test(`axe finds nothing on any tab, ${colorScheme}`, async ({ workbench, page }) => {
    await page.emulateMedia({ colorScheme });
    await workbench.open('sample=none&prompt=the+red+zeppelin');
    const problems = async () => {
      const { violations } = await new AxeBuilder({ page }).analyze();
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
    };
    expect(await problems()).toEqual([]);
    await workbench.drop([
      { name: 'room.png', type: 'image/png', bytes: await roomPhoto(false) },
      { name: 'letter.png', type: 'image/png', bytes: new TextEncoder().encode('no picture') },
    ]);
    await expect(workbench.notices).toHaveCount(1);
    for (const tab of ['Find', 'Depth', 'Classes'] as const) {
      await workbench.openTab(tab);
      await workbench.ready();
      expect(await problems(), tab).toEqual([]);
    }
    await page.getByTestId('device').click();
    expect(await problems()).toEqual([]);
  });
