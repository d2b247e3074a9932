import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { looksLikeWeights } from './looks-like-weights.ts';
import { f32, join, safetensors, torchFile } from './testing/hostile-files.ts';

const start = async (blob: Blob) => new Uint8Array(await blob.slice(0, 512).arrayBuffer());
const tiny = new URL('../../models/tiny/model.safetensors', import.meta.url);
const pth = new URL('testdata/tiny.pth', import.meta.url);

test('the content decides; if it is unknown, the name', async () => {
  expect(looksLikeWeights('photo.png', await start(safetensors({ a: f32(0, 4) }, 4)))).toBe(true);
  expect(looksLikeWeights('a', await start(torchFile('}.')))).toBe(true);
  expect(looksLikeWeights('a', readFileSync(tiny))).toBe(true);
  expect(looksLikeWeights('a', readFileSync(pth))).toBe(true);
  expect(looksLikeWeights('a', join('\x80\x02}.'))).toBe(true);
  expect(looksLikeWeights('a', join('GGUF'))).toBe(true);
  expect(looksLikeWeights('weights.pth', join('<!doctype html>'))).toBe(true);
  expect(looksLikeWeights('weights.ckpt', new Uint8Array())).toBe(true);
  expect(looksLikeWeights('weights.pth', join('\x89PNG\r\n\x1a\n'))).toBe(false);
  expect(looksLikeWeights('letter.png', join('Dear all'))).toBe(false);
  expect(looksLikeWeights('photos.zip', join('PK\x03\x04', new Uint8Array(26), 'a.jpg'))).toBe(false);
  expect(looksLikeWeights('report.html', join('<!doctype html>'))).toBe(false);
});
