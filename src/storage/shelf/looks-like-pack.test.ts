import { expect, test } from 'vitest';
import { looksLikePack, mayBeOfPack } from './looks-like-pack.ts';

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

test('files beside a pack that are no part of it', () => {
  const names = ['config.json', 'model.safetensors', 'README.md', 'LICENSE', 'notes.txt', 'a.png', 'clip.mov'];
  expect(names.filter((name) => !mayBeOfPack({ name }))).toEqual(['a.png', 'clip.mov']);
});
