/** A session written down as JSON comes back as it was; what is not one is refused with a sentence. */
import { describe, expect, test } from 'vitest';
import { parseSnapshot } from '../storage/snapshot.ts';
import { DEPTH_VIEW } from '../tasks/depth/view.ts';
import { LAYERS_STATE } from '../tasks/layer-stack.ts';
import { addMask, changeMask, NO_MASKS } from '../tasks/refer/masks.ts';
import { REFER_VIEW } from '../tasks/refer/view.ts';
import { SEGMENT_VIEW } from '../tasks/segment/view.ts';
import { applySnapshot, takeSnapshot } from './snapshot.ts';
import { type AppState, createAppStore, type PhotoItem } from './store.ts';

const photo = (id: string, source: 'sample' | 'user'): PhotoItem => ({
  id,
  name: `${id}.png`,
  source,
  state: 'ready',
  url: undefined,
  width: 4,
  height: 3,
  prompts: [],
});
const strokes = [{ erase: true, radius: 2.5, points: [-1, 2, 3.25, 4] }];
const masks = changeMask(addMask(addMask(NO_MASKS, 'the door'), 'red'), 'red', {
  name: 'crate',
  hidden: true,
  strokes,
});

const busy: Partial<AppState> = {
  photos: [photo('sample-1', 'sample'), photo('photo-2', 'user')],
  selected: 'photo-2',
  task: 'refer',
  draft: 'red b',
  prompt: 'red',
  masks: { 'photo-2': masks },
  depth: {
    ...DEPTH_VIEW,
    colormap: 'magma',
    scene: 'office',
    range: { kind: 'typed', near: 0.5, far: 4 },
    measured: { photo: 'photo-2', points: [{ u: 0.25, v: 0.5 }] },
  },
  refer: { ...REFER_VIEW, locked: 'word:0', source: { layer: 'output_blocks.5.1', head: 1 }, without: [2], level: 1 },
  segment: { ...SEGMENT_VIEW, hidden: [3, 4], selected: 1 },
  layers: { ...LAYERS_STATE, depth: { visible: 'on', opacity: 0.25, blend: 'multiply' } },
};

const written = (state: AppState): unknown => JSON.parse(JSON.stringify(takeSnapshot(state)));

test('what is written down can be read, and is the same in a page with other photos', () => {
  const snapshot = parseSnapshot(written(createAppStore(busy).getState()), 'session');
  const here = createAppStore({ photos: [photo('photo-1', 'user'), photo('photo-9', 'user')], selected: 'photo-1' });
  applySnapshot(here, snapshot, new Map([['photo-2', 'photo-9']]), (selected) => here.setState({ selected }));
  const { depth, refer, segment, layers, masks: lists, selected, task, draft, prompt } = here.getState();
  expect({ selected, task, draft, prompt }).toEqual({
    selected: 'photo-9',
    task: 'refer',
    draft: 'red b',
    prompt: 'red',
  });
  expect(depth).toEqual({ ...busy.depth, measured: { photo: 'photo-9', points: [{ u: 0.25, v: 0.5 }] } });
  expect(refer).toEqual(busy.refer);
  expect(segment).toEqual(busy.segment);
  expect(layers).toEqual(busy.layers);
  expect(lists).toEqual({ 'photo-9': { ...NO_MASKS, items: masks.items, shown: 'red' } });
});

test('fields that an older version did not have take their ordinary values', () => {
  const old = {
    version: 1,
    photos: [],
    task: 'depth',
    masks: {},
    depth: { colormap: 'viridis' },
    refer: {},
    segment: {},
    stage: {},
  };
  const { depth, refer, segment } = parseSnapshot(old, 'session');
  expect({ depth, refer, segment }).toEqual({
    depth: { ...DEPTH_VIEW, colormap: 'viridis' },
    refer: REFER_VIEW,
    segment: SEGMENT_VIEW,
  });
});

describe('refused', () => {
  const good = takeSnapshot(createAppStore(busy).getState());
  const [item] = masks.items;
  const withStroke = (stroke: unknown) => ({
    ...good,
    masks: { 'photo-2': { items: [{ ...item, strokes: [stroke] }], shown: 'red' } },
  });
  const cases: readonly (readonly [string, unknown, RegExp])[] = [
    ['text', 'x', /^s\.json is malformed at /],
    [
      'another version',
      { ...good, version: 7 },
      /^s\.json holds a session of version 7 and this page reads 1\. Open it/,
    ],
    ['a task of another kind', { ...good, task: 'speech' }, /^s\.json is malformed at task: /],
    ['a share above 1', { ...good, stage: { ...good.stage, compare: 2 } }, /malformed at stage\.compare: /],
    [
      'too many photos',
      { ...good, photos: Array.from({ length: 2001 }, () => good.photos[0]) },
      /malformed at photos: /,
    ],
    ['a long name', { ...good, photos: [{ ...good.photos[0], name: 'x'.repeat(1001) }] }, /photos\.0\.name: /],
    ['half a point', withStroke({ erase: false, radius: 1, points: [1, 2, 3] }), /an even number of coordinates/],
    ['an endless stroke', withStroke({ erase: false, radius: 1, points: [1, 1e300] }), /strokes\.0\.points\.1: /],
    ['a brush without end', withStroke({ erase: false, radius: 1e9, points: [1, 1] }), /strokes\.0\.radius: /],
  ];
  test.each(cases)('%s', (_, json, message) => {
    expect(() => parseSnapshot(json, 's.json')).toThrow(message);
  });
});
