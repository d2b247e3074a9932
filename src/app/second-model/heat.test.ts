/** Heat maps of two models: one scale, the same word, and never a head beside a mean. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { AttentionMaps, RawMapsResult, ReferResult } from '../../engine/results.ts';
import type { FieldLayer } from '../../tasks/layer.ts';
import { addMask, NO_MASKS } from '../../tasks/refer/masks/masks.ts';
import type { ReferView } from '../../tasks/refer/view.ts';
import type { TokenInfo } from '../../text/tokens.ts';
import { rawMapsKey, referKey, segmentKey } from '../results/result-keys.ts';
import { mask } from '../testing/bench.ts';
import { twoModels } from '../testing/two-models.ts';
import { classHeatOfSecond, whyMeans, wordHeatOfSecond } from './heat.ts';
import { stageLayers } from './layers.ts';

const LAYER = 'output_blocks.6.1';
const HEAD = { layer: LAYER, head: 1 };
const CELL = { width: 1, height: 1, coverX: 1, coverY: 1 };

let bench: Awaited<ReturnType<typeof twoModels>>;
const state = () => bench.store.getState();
const view = (change: Partial<ReferView>) => bench.store.setState({ refer: { ...state().refer, ...change } });
const heats = () => stageLayers(state(), bench.results).filter((layer): layer is FieldLayer => layer.kind === 'field');
/** Weight and hot end of each drawn map, the left one first. */
const drawn = () => heats().map(({ plane, high }) => [plane.data[0], high].map((each) => Number(each?.toFixed(3))));

const maps = (weights: readonly number[], level = 0): AttentionMaps => ({
  ...CELL,
  level,
  tokens: weights.length,
  data: Float32Array.from(weights),
});
/** One layer with a cell per head and token. */
const raw = (heads: readonly (readonly number[])[], path = LAYER): RawMapsResult => ({
  layers: [{ ...maps(heads.flat()), path, heads: heads.length, tokens: heads[0]?.length ?? 0 }],
  timings: [],
});
const token = (text: string, kind: TokenInfo['kind'], word = 0): TokenInfo => ({
  text,
  id: 1,
  kind,
  word,
  known: true,
});
/** Result for “lamp”; the weights are those of its tokens: the start, its pieces, the end. */
function answer(weights: readonly number[], level = 0): ReferResult {
  const pieces = weights.slice(2).map((_, i) => token(`piece ${i}`, 'word'));
  return {
    ...mask(),
    tokens: [token('', 'start'), ...pieces, token('', 'end')],
    words: [{ text: 'lamp', tokens: pieces.map((_, i) => i + 1), known: true }],
    maps: [maps(weights, level)],
  };
}

describe('of a word', () => {
  beforeEach(async () => {
    bench = await twoModels('refer', {}, { name: 'Left' });
    const { results, theirs, photo } = bench;
    bench.store.setState({ masks: { [photo]: addMask(NO_MASKS, 'lamp') }, prompt: 'lamp' });
    results.set(referKey(photo, 'lamp', false), { task: 'refer', result: answer([0.9, 0.2, 0.7]) });
    theirs.set(referKey(photo, 'lamp', false), { task: 'refer', result: answer([0.8, 0.3, 0.5, 0.6], 1) });
    view({ locked: 'word:0' });
  });

  test('both sides have the larger hot end, and the bar names the left peak', () => {
    expect(drawn()).toEqual([
      [0.4, 0.4],
      [0.2, 0.4],
    ]);
    const left = wordHeatOfSecond(state(), bench.results);
    expect(left?.max).toBeCloseTo(0.4);
    expect(left?.source).toBe('mean that the head used at 1/16');
    view({ scale: 'words' });
    expect(heats().map(({ high }) => high)).toEqual([1, 1]);
  });

  test('a special token is the same one on both sides, although they number it differently', () => {
    view({ locked: 'token:2' });
    expect(drawn()).toEqual([
      [0.6, 0.7],
      [0.7, 0.7],
    ]);
  });

  test('a piece that the left model does not have is drawn right only', () => {
    view({ pieces: true, locked: 'token:1' });
    expect(drawn()).toHaveLength(2);
    const { theirs, photo } = bench;
    const other = answer([0.8, 0.3, 0.6]);
    const tokens = other.tokens.map((each) => (each.kind === 'word' ? { ...each, text: 'another' } : each));
    theirs.set(referKey(photo, 'lamp', false), { task: 'refer', result: { ...other, tokens } });
    expect(drawn()).toEqual([[0.2, 0.2]]);
    expect(wordHeatOfSecond(state(), bench.results)?.max).toBeUndefined();
  });

  test('a head is drawn once both have its maps; until then, or if one has none, means are drawn on both sides', () => {
    const { results, theirs, photo } = bench;
    const key = rawMapsKey(photo, 'lamp');
    const means = [
      [0.4, 0.4],
      [0.2, 0.4],
    ];
    view({ source: HEAD, grid: true });
    results.set(key, {
      task: 'rawMaps',
      result: raw([
        [0, 0, 0],
        [0, 0.1, 0],
      ]),
    });
    expect(drawn()).toEqual(means);
    expect(whyMeans(state(), results)).toBe(
      'Both sides show the means until “Left” has computed its maps by layer and head.',
    );

    const { secondModel } = state();
    const run = { phase: 'failed', key, message: 'There was not enough memory.' } as const;
    if (secondModel) bench.store.setState({ secondModel: { ...secondModel, run } });
    expect(whyMeans(state(), results)).toBe(
      'The maps of “Left” by layer and head could not be computed, so both sides show the means.',
    );

    theirs.set(key, { task: 'rawMaps', result: raw([[0, 0.7, 0.7, 0]]) });
    expect(drawn()).toEqual(means);
    expect(whyMeans(state(), results)).toBe('“Left” has no such layer or head, so both sides show the means.');

    theirs.set(key, {
      task: 'rawMaps',
      result: raw([
        [0, 0, 0, 0],
        [0, 0.7, 0.7, 0],
      ]),
    });
    expect(whyMeans(state(), results)).toBeUndefined();
    expect(drawn()).toEqual([
      [0.7, 0.7],
      [0.1, 0.7],
    ]);
    expect(wordHeatOfSecond(state(), results)?.source).toBe('up 1/8, head 2');

    // The right side's maps by layer and head belong to the open model, not to that of an imported mask.
    const origin = { from: 'the report room.html', pack: { name: 'third', hash: 'c' } };
    results.set(referKey(photo, 'lamp', false), { task: 'refer', result: answer([0.9, 0.2, 0.7]), origin });
    expect(drawn()).toEqual(means);
  });

  test('a head of the open model is drawn as long as there is nothing to compare it with', () => {
    const { results, theirs, photo } = bench;
    theirs.delete(referKey(photo, 'lamp', false));
    const result = raw([
      [0, 0, 0],
      [0, 0.1, 0],
    ]);
    results.set(rawMapsKey(photo, 'lamp'), { task: 'rawMaps', result });
    view({ source: HEAD });
    expect([drawn(), whyMeans(state(), results)]).toEqual([[[0.1, 0.1]], undefined]);
    expect(wordHeatOfSecond(state(), results)).toBeUndefined();
  });
});

test('of a class: one hot end; the left peak is that of the class of the same name, if there is one', async () => {
  bench = await twoModels('segment', { classes: ['wall', 'bed'] }, { classes: ['bed'] });
  const { results, theirs, photo } = bench;
  const classes = (weights: readonly number[]) =>
    ({
      task: 'segment',
      result: { width: 1, height: 1, labels: Uint8Array.of(0), present: [], maps: [maps(weights)], timings: [] },
    }) as const;
  results.set(segmentKey(photo), classes([0.5, 0.1]));
  theirs.set(segmentKey(photo), classes([0.3]));
  const select = (selected: number) => bench.store.setState({ segment: { ...state().segment, selected } });
  select(1);
  expect(drawn()).toEqual([
    [0.3, 0.3],
    [0.1, 0.3],
  ]);
  expect(classHeatOfSecond(state(), results)?.max).toBeCloseTo(0.3);
  select(0);
  expect(drawn()).toEqual([[0.5, 0.5]]);
  expect(classHeatOfSecond(state(), results)).toMatchObject({ max: undefined, high: 0 });
});
