import { expect, test } from 'vitest';
import { looksLikePack } from './looks-like-pack.ts';

test.each([
  [['config.json', 'model.safetensors', 'README.md'], true],
  [['room.ZIP'], true],
  [['room.png'], false],
  [['room.png', 'room.zip'], false],
  [['vpd_depth.pth'], false],
  [['model.safetensors'], false],
  [[], false],
] as const)('%j: %s', (names, expected) => {
  expect(looksLikePack(names.map((name) => ({ name })))).toBe(expected);
});
