import { expect, test } from 'vitest';
import type { RawLayer } from '../../engine/results.ts';
import { headMaps, layerName, layerOfHead, sharesOf } from './head-maps.ts';

const layer = (path: string, level: number): RawLayer => ({
  path,
  level,
  heads: 2,
  tokens: 2,
  width: 2,
  height: 1,
  data: Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7),
  coverX: 1,
  coverY: 0.5,
});

test('a head’s maps are its part of the layer’s values', () => {
  const maps = headMaps(layer('input_blocks.1.1', 0), 1);
  expect([...maps.data]).toEqual([4, 5, 6, 7]);
  expect(maps).toMatchObject({ level: 0, tokens: 2, width: 2, height: 1, coverY: 0.5 });
});

test('a layer is found only if it has the head', () => {
  const raw = { layers: [layer('input_blocks.1.1', 0)], timings: [] };
  const found = (path: string, head: number) => layerOfHead(raw, { layer: path, head })?.path;
  expect(found('input_blocks.1.1', 1)).toBe('input_blocks.1.1');
  expect([found('input_blocks.1.1', 2), found('input_blocks.2.1', 0), layerOfHead(raw, undefined)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(layerOfHead(undefined, { layer: 'input_blocks.1.1', head: 0 })).toBeUndefined();
});

test('layers are named by path (down or up), resolution and order', () => {
  const layers = [layer('input_blocks.1.1', 0), layer('output_blocks.6.1', 0), layer('output_blocks.7.1', 0)];
  expect(layers.map((each) => layerName(layers, each))).toEqual(['down 1/8', 'up 1/8 · a', 'up 1/8 · b']);
});

test('the words’ shares sum to one in every cell with attention on a word', () => {
  const map = (...values: number[]) => ({
    width: 3,
    height: 1,
    data: Float32Array.from(values),
    max: Math.max(...values),
    coverX: 1,
    coverY: 1,
  });
  const [a, b] = sharesOf([map(0.25, 0, 0.5), map(0.75, 0, 0)]);
  expect([...(a?.data ?? [])]).toEqual([0.25, 0, 1]);
  expect([...(b?.data ?? [])]).toEqual([0.75, 0, 0]);
  expect([a?.max, b?.max]).toEqual([1, 0.75]);
  expect(sharesOf([])).toEqual([]);
});
