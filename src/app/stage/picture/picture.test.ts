/** A picture that cannot be drawn says so, and frees its WebGL context. */
import { afterEach, expect, test, vi } from 'vitest';
import { createMedia } from '../../photos/media.ts';
import { createResults } from '../../results/results.ts';
import { createAppStore } from '../../store.ts';
import { photo } from '../../testing/photo.ts';
import { drawPicture } from './picture.ts';

const MAX_TEXTURE_SIZE = 1;

/** Stubs a page whose WebGL2 context has these methods, and counts how often it is freed. */
function page(methods: Readonly<Record<string, unknown>>) {
  const freed = vi.fn();
  const known = {
    MAX_TEXTURE_SIZE,
    isContextLost: () => false,
    getParameter: (name: number) => (name === MAX_TEXTURE_SIZE ? 64 : [64, 64]),
    getExtension: (name: string) => (name === 'WEBGL_lose_context' ? { loseContext: freed } : null),
    ...methods,
  };
  const webgl2 = new Proxy(known, { get: (own, name) => Reflect.get(own, name) ?? (() => ({})) });
  const file = new Blob(['png']);
  const made = () => ({
    width: 0,
    height: 0,
    getContext: (kind: string) => (kind === 'webgl2' ? webgl2 : { drawImage() {} }),
    toBlob: (done: (blob: Blob) => void) => done(file),
  });
  vi.stubGlobal('document', { createElement: made });
  vi.stubGlobal('ImageBitmap', class {});
  return { freed, file };
}

function draw() {
  const media = createMedia();
  media.bitmaps.set('a', Object.assign(Object.create(null), { width: 128, height: 96 }));
  return drawPicture(createAppStore({ photos: [photo('a')], selected: 'a' }).getState(), createResults(), media);
}

afterEach(() => vi.unstubAllGlobals());

test('a photo larger than the graphics card draws is reduced; the context is freed', async () => {
  const { freed, file } = page({});
  expect(await draw()).toEqual({ width: 64, height: 48, file });
  expect(freed).toHaveBeenCalledOnce();
});

test('the context is freed also if drawing fails', async () => {
  const drawArrays = () => {
    throw new Error('no memory');
  };
  const { freed } = page({ drawArrays });
  await expect(draw()).rejects.toThrow('no memory');
  expect(freed).toHaveBeenCalledOnce();
});

test.each([
  ['a lost context', { isContextLost: () => true, getParameter: () => null }],
  ['a driver that refuses the programs', { getProgramParameter: () => false }],
])('%s is reported as missing WebGL2', async (_, methods) => {
  const { freed } = page(methods);
  await expect(draw()).rejects.toMatchObject({ code: 'unsupported', message: expect.stringMatching(/^WebGL2/) });
  expect(freed).toHaveBeenCalledOnce();
});
