import { expect, test } from 'vitest';
import { createImportCode } from './import-code.ts';

const ADDRESS = 'https://vpd.js.org/vpd.js/assets/View3d-C9Qt9sC0.js';
const lost = () => Promise.reject(new TypeError(`Failed to fetch dynamically imported module: ${ADDRESS}`));

test('code that a browser refuses to fetch again is imported from other addresses, and only once when it succeeds', async () => {
  const requested: string[] = [];
  let online = false;
  const importCode = createImportCode(async (address) => {
    requested.push(address);
    if (!online) throw new TypeError(`Failed to fetch dynamically imported module: ${address}`);
    return { address };
  });
  await expect(importCode(lost)).rejects.toThrow(/^A part of the page could not be loaded\. /);
  online = true;
  const [part, same] = [await importCode(lost), await importCode(lost)];
  expect(part).toEqual({ address: `${ADDRESS}?again=2` });
  expect(same).toBe(part);
  expect(requested).toEqual([`${ADDRESS}?again=1`, `${ADDRESS}?again=2`]);
});

test('code that loads at once is imported once; an error without an address fails', async () => {
  const importCode = createImportCode(() => Promise.reject(new Error('asked again')));
  expect(await importCode(async () => 'part')).toBe('part');
  const thrown = new Error('Importing a module script failed.');
  await expect(importCode(() => Promise.reject(thrown))).rejects.toMatchObject({ code: 'network', cause: thrown });
});
