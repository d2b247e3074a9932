/** The description of a file of maps is that of the maps in it, even if the chosen ones are not available. */
import { expect, test } from 'vitest';
import type { RawLayer, ReferResult } from '../../../engine/results.ts';
import { aboutMaps } from './export-maps.ts';
import { chosenMaps } from './word-maps.ts';

const cells = { tokens: 2, width: 1, height: 1, coverX: 1, coverY: 0.5 };
const means = { ...cells, level: 1, data: Float32Array.of(0.1, 0.2) };
const layer: RawLayer = {
  ...cells,
  path: 'output_blocks.5.1',
  level: 2,
  heads: 2,
  data: Float32Array.of(1, 2, 3, 4),
};
const token = (text: string, kind: 'start' | 'word' | 'end') => ({ text, kind, id: 1, word: 0, known: true });
const answer: ReferResult = {
  width: 1,
  height: 1,
  probability: Float32Array.of(1),
  area: 1,
  tokens: [token('', 'start'), token('box', 'word'), token('', 'end')],
  words: [],
  cut: [],
  maps: [means],
  timings: [],
};
const view = { level: undefined, source: { layer: layer.path, head: 1 } };

function about(result: ReferResult, layers?: readonly RawLayer[]) {
  const chosen = chosenMaps(result, view, layers && { layers, timings: [] });
  if (!chosen) throw new Error('There are no maps.');
  return { ...aboutMaps('room', 'the box', chosen, result), data: [...chosen.maps.data] };
}

test('the maps of one head', () => {
  expect(about(answer, [layer])).toEqual({
    name: 'room-the-box-attention-output_blocks.5.1-head2',
    facts: {
      prompt: 'the box',
      source: { layer: layer.path, head: 2 },
      stride: 32,
      cover: { x: 1, y: 0.5 },
      tokens: [
        { text: '', kind: 'start' },
        { text: 'box', kind: 'word' },
      ],
    },
    data: [3, 4],
  });
});

test.each([
  ['while the heads are being computed', undefined],
  ['for a model without that layer', []],
])('the means, %s', (_, layers) => {
  const { name, facts, data } = about(answer, layers);
  expect(data).toEqual([...means.data]);
  expect(name).toBe('room-the-box-attention-16');
  expect(facts).toMatchObject({ source: 'mean that the head used', stride: 16 });
  expect(about({ ...answer, zeroShot: true }, layers).facts.source, 'no head used them').toBe('mean of the layers');
});
