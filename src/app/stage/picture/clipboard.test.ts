import { afterEach, expect, test, vi } from 'vitest';
import { VpdError } from '../../../errors.ts';
import { copyPng } from './clipboard.ts';

const PNG = new Blob(['x'], { type: 'image/png' });
const REFUSED = /did not let this page copy the picture.* save the picture instead\.$/;

class ClipboardItem {
  constructor(readonly parts: Readonly<Record<string, Promise<Blob>>>) {}
}

/** Stubs the browser's clipboard. */
function clipboard(write: (items: readonly ClipboardItem[]) => Promise<void>): void {
  vi.stubGlobal('ClipboardItem', ClipboardItem);
  vi.stubGlobal('navigator', { clipboard: { write } });
}

afterEach(() => vi.unstubAllGlobals());

test('the clipboard receives the picture before it is drawn, within the press', async () => {
  const given: (Promise<Blob> | undefined)[] = [];
  clipboard(async ([item]) => void given.push(item?.parts['image/png']));
  const png = Promise.resolve(PNG);
  const copied = copyPng(png);
  expect(given).toEqual([png]);
  await copied;
});

test.each<readonly [string, () => void]>([
  ['refuses', () => clipboard(() => Promise.reject(new DOMException('Denied', 'NotAllowedError')))],
  ['has no clipboard', () => vi.stubGlobal('navigator', {})],
])('a browser that %s is named, with the way out', async (_, stub) => {
  stub();
  await expect(copyPng(Promise.resolve(PNG))).rejects.toThrow(REFUSED);
});

test('a picture that could not be drawn is the error, not the clipboard', async () => {
  clipboard(async ([item]) => void (await item?.parts['image/png']));
  const error = new VpdError('no-memory', 'There is no memory for it.');
  await expect(copyPng(Promise.reject(error))).rejects.toBe(error);
});
