import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createPool, type TexturePool } from './texture.ts';

let calls: string[];
let pool: TexturePool;
/** What the next calls of getError return. */
let errors: number[];

beforeEach(() => {
  calls = [];
  errors = [];
  // Node has none.
  vi.stubGlobal('ImageBitmap', class {});
  let made = 0;
  const known = {
    createTexture: () => ++made,
    bindTexture: (_: unknown, texture: number) => calls.push(`bind ${texture}`),
    texImage2D: (...args: unknown[]) => calls.push(args.at(-1) === canvas ? 'upload canvas' : 'upload'),
    getError: () => errors.shift() ?? 0,
    NO_ERROR: 0,
    deleteTexture: (texture: number) => calls.push(`delete ${texture}`),
  };
  const gl = new Proxy(Object.create(null), { get: (_, name) => Reflect.get(known, name) ?? (() => undefined) });
  pool = createPool(gl, 1, 'scalar');
});
afterEach(() => vi.unstubAllGlobals());

const canvas = { getContext: () => ({ drawImage: () => calls.push('draw') }) };

test('a bitmap that the browser refuses as a texture is uploaded from a canvas', () => {
  vi.stubGlobal('document', { createElement: () => canvas });
  errors = [0x0501];
  pool.bind(new ImageBitmap());
  expect(calls).toEqual(['bind 1', 'upload', 'draw', 'upload canvas']);
  pool.bind(new ImageBitmap());
  expect(calls.slice(4), 'one that it takes is not').toEqual(['bind 2', 'upload']);
});

const raster = () => ({ width: 1, height: 1, data: Float32Array.of(1) });

test('a source is uploaded once, and only bound after that', () => {
  const [a, b] = [raster(), raster()];
  pool.bind(a);
  pool.bind(b);
  pool.bind({ ...a });
  expect(calls).toEqual(['bind 1', 'upload', 'bind 2', 'upload', 'bind 1']);
});

test('the end of a frame deletes the least recently used textures, but none of the frame', () => {
  const rasters = Array.from({ length: 8 }, raster);
  for (const each of rasters) pool.bind(each);
  pool.trim();
  expect(calls.filter((call) => call.startsWith('delete'))).toEqual([]);
  pool.bind(rasters[0] ?? raster());
  pool.trim();
  expect(calls.filter((call) => call.startsWith('delete'))).toEqual(['delete 2', 'delete 3']);
  pool.dispose();
  expect(calls.filter((call) => call.startsWith('delete'))).toHaveLength(8);
});
