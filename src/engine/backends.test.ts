import { expect, test } from 'vitest';
import { backendName } from './backends.ts';

test('a report names what computed as the page does', () => {
  expect(backendName('wasm-threads')).toBe('Wasm · threads');
  expect(backendName('of a later version')).toBe('of a later version');
});
