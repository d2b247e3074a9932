import { afterEach, expect, test, vi } from 'vitest';
import { saveFile } from './download.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('files saved at the same moment are downloaded one after the other', () => {
  vi.useFakeTimers();
  const started: { name: string; at: number }[] = [];
  const begin = performance.now();
  const createElement = () => ({
    href: '',
    download: '',
    click() {
      started.push({ name: this.download, at: performance.now() - begin });
    },
  });
  vi.stubGlobal('document', { createElement });
  for (const name of ['map.npy', 'map.json', 'map.png']) saveFile(name, new Uint8Array(1), 'application/octet-stream');
  expect(started, 'the first still belongs to the press of the button').toEqual([{ name: 'map.npy', at: 0 }]);
  vi.advanceTimersByTime(1000);
  expect(started).toEqual([
    { name: 'map.npy', at: 0 },
    { name: 'map.json', at: 200 },
    { name: 'map.png', at: 400 },
  ]);
});
