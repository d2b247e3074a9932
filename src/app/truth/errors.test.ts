/** What is drawn of the difference between results and truth. */
import { expect, test } from 'vitest';
import type { SampleTruth } from '../../samples/truth.ts';
import { toggled } from '../../tasks/layer-stack.ts';
import { addMask, changeMask, NO_MASKS } from '../../tasks/refer/masks/masks.ts';
import type { TaskId } from '../../vpd/config.ts';
import { layersOf } from '../layers/compose.ts';
import { depthKey, referKey, segmentKey } from '../results/result-keys.ts';
import { createResults } from '../results/results.ts';
import { createAppStore } from '../store.ts';
import { mask } from '../testing/bench.ts';
import { photo } from '../testing/photo.ts';
import { drawsErrors } from './error-layers.ts';
import { classErrors, depthErrorMap, NO_ERROR, RIGHT_DEPTH, WRONG_CLASS } from './errors.ts';

const SIZE = { width: 4, height: 1 };
const TRUTH: SampleTruth = {
  ...SIZE,
  metres: Float32Array.of(2, 2, 2, 0),
  range: { min: 0.001, max: 10, crop: null },
  labels: Uint8Array.of(0, 1, 1, 255),
  names: ['wall', 'lamp'],
  ignore: 255,
  masks: new Map([['the lamp', Uint8Array.of(0, 1, 1, 0)]]),
};
const NONE = { maps: [], timings: [] };
const depth = (...metres: number[]) => ({ ...SIZE, metres: Float32Array.from(metres), min: 0, max: 9, timings: [] });
/** The model numbers its classes differently, and has one that the truth does not have. */
const PRESENT = ['lamp', 'sofa', 'wall'].map((name, index) => ({ index, name, area: 0 }));
const classes = { ...SIZE, labels: Uint8Array.of(2, 0, 1, 0), present: PRESENT, ...NONE };

test('errors of depth are signed, up to a round number of metres; none where there is no truth', () => {
  const { plane, limit } = depthErrorMap(depth(1.5, 2, 2.25, 7), TRUTH);
  expect(limit).toBe(0.5);
  expect([...plane.data]).toEqual([0, RIGHT_DEPTH, RIGHT_DEPTH * 1.5 + 0.5, NO_ERROR]);
  expect(depthErrorMap(depth(2, 2, 2, 0), TRUTH).limit, 'no error at all').toBe(1);
});

test('pixels outside the evaluated range or crop have no error', () => {
  const crop = { ...TRUTH, range: { min: 0.001, max: 10, crop: [0, 1, 1, 2] as const } };
  expect([...depthErrorMap(depth(3, 3, 3, 3), crop).plane.data]).toEqual([
    NO_ERROR,
    2 * RIGHT_DEPTH,
    NO_ERROR,
    NO_ERROR,
  ]);
});

test('a map is computed once per result, and again for another truth', () => {
  const found = depth(1, 2, 3, 4);
  expect(depthErrorMap(found, TRUTH)).toBe(depthErrorMap(found, TRUTH));
  expect(depthErrorMap(found, TRUTH)).not.toBe(depthErrorMap(found, { ...TRUTH }));
});

test('classes are compared by name', () => {
  expect([...classErrors(classes, TRUTH).data]).toEqual([NO_ERROR, NO_ERROR, WRONG_CLASS, NO_ERROR]);
});

test.each<readonly [TaskId, readonly number[], readonly number[]]>([
  ['depth', [0, RIGHT_DEPTH, 2 * RIGHT_DEPTH, NO_ERROR], [0, RIGHT_DEPTH, 2 * RIGHT_DEPTH]],
  ['segment', [NO_ERROR, NO_ERROR, WRONG_CLASS, NO_ERROR], [WRONG_CLASS]],
  // Only in the mask, in both, only in the truth, in neither.
  ['refer', [1, 3, 2, 0], [1, 2, 3]],
])(
  '%s: the result is drawn left of the handle, its errors right of it, and nothing where there are none',
  (task, labels, drawn) => {
    const results = createResults();
    results.truths.set('a', TRUTH);
    results.set(depthKey('a', undefined), { task: 'depth', result: depth(1, 2, 3, 9) });
    results.set(segmentKey('a'), { task: 'segment', result: classes });
    const lamp = { ...mask(), ...SIZE, probability: Float32Array.of(1, 1, 0, 0), area: 0.5 };
    results.set(referKey('a', 'the lamp', false), { task: 'refer', result: lamp });
    const shown = { truth: true, errors: true, prompt: 'the lamp', masks: { a: addMask(NO_MASKS, 'the lamp') } };
    const store = createAppStore({ photos: [photo('a', 'sample')], selected: 'a', task, ...shown });
    const layers = layersOf(store.getState(), results);
    expect(layers.map(({ side }) => side)).toEqual(['left', undefined]);
    const right = layers.at(-1);
    if (right?.kind !== 'labels') throw new Error('Errors are labels.');
    expect([...right.plane.data]).toEqual(labels);
    const opaque = labels.filter((label) => right.palette[4 * label + 3] === 255);
    expect(opaque.sort()).toEqual([...drawn].sort());
  },
);

test.each<readonly [string, readonly [prompt: string, hidden: boolean], readonly string[]]>([
  ['a true mask', ['the lamp', false], ['left', 'right']],
  ['no true mask', ['the sofa', false], ['left']],
  ['a hidden mask', ['the lamp', true], []],
])('%s: the result is drawn under its own label, left of the handle', (_, [prompt, hidden], sides) => {
  const results = createResults();
  results.truths.set('a', TRUTH);
  const result = { ...mask(), ...SIZE, probability: Float32Array.of(1, 1, 0, 0), area: 0.5 };
  results.set(referKey('a', prompt, false), { task: 'refer', result });
  const masks = { a: changeMask(addMask(NO_MASKS, prompt), prompt, { hidden }) };
  const photos = [photo('a', 'sample')];
  const store = createAppStore({ photos, selected: 'a', task: 'refer', truth: true, errors: true, prompt, masks });
  const drawn = () => layersOf(store.getState(), results).map(({ side }) => side ?? 'right');
  expect(drawn()).toEqual(sides);
  expect(drawsErrors(store.getState(), results, TRUTH), 'with a legend').toBe(sides.includes('right'));
  store.setState({ layers: toggled(store.getState().layers, 'masks', 'refer') });
  expect(drawn(), 'without the layer').toEqual([]);
  expect(drawsErrors(store.getState(), results, TRUTH)).toBe(false);
});
