/** A session saved as JSON is read as it was; other content is refused with an error. */
import { describe, expect, test } from 'vitest';
import { parseSnapshot } from '../../storage/session/snapshot.ts';
import { DEPTH_VIEW } from '../../tasks/depth/view.ts';
import { LAYERS_STATE } from '../../tasks/layer-stack.ts';
import { addMask, changeMask, NO_MASKS } from '../../tasks/refer/masks/masks.ts';
import { REFER_VIEW } from '../../tasks/refer/view.ts';
import { SEGMENT_VIEW } from '../../tasks/segment/view.ts';
import { type AppState, createAppStore } from '../store.ts';
import { photo } from '../testing/photo.ts';
import { applySnapshot, takeSnapshot } from './snapshot.ts';

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
  refer: {
    ...REFER_VIEW,
    locked: 'word:0',
    source: { layer: 'output_blocks.5.1', head: 1 },
    without: [2],
    level: 1,
    closed: ['compare'],
  },
  segment: { ...SEGMENT_VIEW, hidden: ['bed', 'wall'], selected: 1 },
  layers: { ...LAYERS_STATE, depth: { visible: 'on', opacity: 0.25, blend: 'multiply' } },
};

const written = (state: AppState): unknown => JSON.parse(JSON.stringify(takeSnapshot(state)));

test('a snapshot can be read, and applied to a page with other photos', () => {
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

test('fields missing in older versions have their default values', () => {
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

test('the field of view that earlier versions always wrote is not taken as a choice; any other is', () => {
  const { depth, ...others } = takeSnapshot(createAppStore(busy).getState());
  const read = (fov: number) => parseSnapshot({ ...others, depth: { ...depth, fov } }, 'session').depth;
  expect(read(63)).toEqual(depth);
  expect(read(64)).toEqual({ ...depth, fov: 64 });
});

const good = takeSnapshot(createAppStore(busy).getState());
const [item] = masks.items;
const withStroke = (stroke: unknown) => ({
  ...good,
  masks: { 'photo-2': { items: [{ ...item, strokes: [stroke, ...strokes] }], shown: 'red' } },
});

describe('refused', () => {
  const cases: readonly (readonly [string, unknown, RegExp])[] = [
    ['text', 'x', /^s\.json is malformed at /],
    [
      'another version',
      { ...good, version: 7 },
      /^s\.json holds a session of version 7 and this page reads 1\. Open it/,
    ],
    ['no photos', { ...good, photos: undefined }, /^s\.json is malformed at photos: /],
    ['masks of another kind', { ...good, masks: 'red' }, /^s\.json is malformed at masks: /],
  ];
  test.each(cases)('%s', (_, json, message) => {
    expect(() => parseSnapshot(json, 's.json')).toThrow(message);
  });
});

describe('a field that cannot be read is reset alone', () => {
  const long = 'x'.repeat(2001);
  const cut = long.slice(0, 2000);
  const cases: readonly (readonly [string, object, object])[] = [
    ['a task of another kind', { task: 'speech' }, { task: 'depth' }],
    ['a draft that is too long', { draft: long }, { draft: cut }],
    ['a prompt that is too long', { prompt: long }, { prompt: '' }],
    [
      'a share above 1',
      { stage: { ...good.stage, compare: 2, photo: false } },
      { stage: { compare: 0, photo: false } },
    ],
    [
      'a number that is not finite',
      { depth: { ...good.depth, contour: null } },
      { depth: { colormap: 'magma', contour: 0 } },
    ],
    [
      'hidden classes by index, as in earlier versions',
      { segment: { ...good.segment, hidden: [3] } },
      { segment: { hidden: [], selected: 1 } },
    ],
    ['settings of another kind', { refer: 7 }, { refer: REFER_VIEW }],
    ['a long name', { photos: [{ ...good.photos[1], name: long }] }, { photos: [{ id: 'photo-2', name: cut }] }],
    ['a photo of another kind', { photos: [{ id: 'p' }, good.photos[1]] }, { photos: [good.photos[1]] }],
    ['too many photos', { photos: Array.from({ length: 2001 }, () => good.photos[0]) }, { photos: { length: 2000 } }],
  ];
  test.each(cases)('%s', (_, change, expected) => {
    const read = parseSnapshot({ ...good, ...change }, 's.json');
    expect(read).toMatchObject(expected);
    expect(read.masks).toEqual(good.masks);
  });

  test.each([
    ['half a point', { erase: false, radius: 1, points: [1, 2, 3] }, []],
    ['an infinite brush', { erase: false, radius: 1e9, points: [1, 1] }, []],
    [
      'a stroke to infinity',
      { erase: false, radius: 1, points: [1, 1e300] },
      [{ erase: false, radius: 1, points: [1, 1e5] }],
    ],
  ])('%s', (_, stroke, left) => {
    const [read] = parseSnapshot(withStroke(stroke), 's.json').masks['photo-2']?.items ?? [];
    expect(read?.strokes).toEqual([...left, ...strokes]);
  });
});

test('a snapshot of any size can be read', () => {
  const long = { erase: false, radius: 1, points: Array.from({ length: 200_002 }, () => 1) };
  const much = Array.from({ length: 201 }, (_, colour) => ({ prompt: `prompt ${colour}`, colour }));
  const state = createAppStore({
    ...busy,
    photos: Array.from({ length: 2001 }, (_, i) => photo(`photo-${i}`, 'user')),
    draft: 'red '.repeat(2000),
    prompt: 'red '.repeat(2000),
    depth: { ...DEPTH_VIEW, edgeAngle: Number.NaN },
    masks: {
      'photo-2': changeMask(masks, 'red', {
        strokes: [long, ...Array.from({ length: 5000 }, () => strokes).flat()],
      }),
      'photo-3': {
        ...NO_MASKS,
        items: much.map((each) => ({
          ...item,
          name: 'n',
          hidden: false,
          threshold: 0.5,
          specks: 0,
          holes: 0,
          strokes: [],
          ...each,
        })),
      },
    },
  }).getState();
  const read = parseSnapshot(written(state), 'session');
  expect(read).toEqual(takeSnapshot(state));
  expect(read).toMatchObject({ prompt: '', depth: { edgeAngle: DEPTH_VIEW.edgeAngle }, photos: { length: 2000 } });
  expect(read.draft).toBe('red '.repeat(500));
  const [, red] = read.masks['photo-2']?.items ?? [];
  expect(red?.strokes).toHaveLength(5000);
  expect(red?.strokes[0]?.points).toHaveLength(200_000);
  expect(read.masks['photo-3']?.items).toHaveLength(200);
});
