import { expect, test } from 'vitest';
import { backendName } from './backends.ts';

test('a backend read from a file has the name that the page uses; an unknown one is unchanged', () => {
  expect(backendName('wasm-threads')).toBe('Wasm · threads');
  expect(backendName('of a later version')).toBe('of a later version');
});
