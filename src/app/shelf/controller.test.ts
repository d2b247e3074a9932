import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Found } from '../../storage/shelf/protocol.ts';
import { createAppStore } from '../store.ts';
import { settle } from '../testing/bench.ts';
import { NO_SHELF, type ShelfState } from './state.ts';

let downloaded: (id: string) => void;
vi.mock('../../storage/shelf/client.ts', () => ({
  callShelf: (method: string) =>
    method === 'download'
      ? new Promise<string>((resolve) => {
          downloaded = resolve;
        })
      : Promise.resolve(undefined),
}));

beforeEach(() => void vi.stubGlobal('window', {}));
afterEach(() => vi.unstubAllGlobals());

const pack = (address: string): Found => Object.assign(Object.create(null), { kind: 'pack', address });

async function bench(shelf: Partial<ShelfState>) {
  const { createShelfController } = await import('./controller.ts');
  const store = createAppStore({ shelf: { ...NO_SHELF, ...shelf } });
  const controller = createShelfController({
    store,
    embedded: { url: 'http://host/models/tiny/' },
    openPack: async () => true,
    compareWith() {},
    showError() {},
  });
  const set = (change: Partial<ShelfState>) => store.setState({ shelf: { ...NO_SHELF, ...change } });
  return { controller, set, shelf: () => store.getState().shelf };
}

test('the address is cleared once its model is stored', async () => {
  const { controller, shelf } = await bench({ address: 'host/a', found: pack('https://host/a/') });
  void controller.download('https://host/a/', 'A');
  downloaded('a');
  await settle();
  expect(shelf()).toMatchObject({ address: '', found: undefined, message: { tone: 'good' } });
});

test('another address that was typed or looked up during a download stays', async () => {
  const { controller, set, shelf } = await bench({ address: 'host/a', found: pack('https://host/a/') });
  void controller.download('https://host/a/', 'A');
  const next = { address: 'host/b', found: pack('https://host/b/') };
  set(next);
  downloaded('a');
  await settle();
  expect(shelf()).toMatchObject(next);
  void controller.download('https://host/b/', 'B');
  set({ address: 'host/half ty', found: undefined });
  downloaded('b');
  await settle();
  expect(shelf()).toMatchObject({ address: 'host/half ty' });
});
