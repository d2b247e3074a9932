/** The stage with two models that number their classes differently. */
import { expect, test } from 'vitest';
import { classColour } from '../../image/palette.ts';
import type { LabelLayer } from '../../tasks/layer.ts';
import { addMask, NO_MASKS } from '../../tasks/refer/masks/masks.ts';
import { segmentKey } from '../results/result-keys.ts';
import { promptKey } from '../results/selectors.ts';
import { mask } from '../testing/bench.ts';
import { twoModels } from '../testing/two-models.ts';
import { stageLayers } from './layers.ts';
import { secondResults, secondState } from './view.ts';

const OWN = ['wall', 'bed', 'lamp'];
const THEIRS = ['lamp', 'wall', 'sofa'];

const classes = (names: readonly string[]) => ({
  width: names.length,
  height: 1,
  labels: Uint8Array.from(names.keys()),
  present: names.map((name, index) => ({ index, name, area: 1 / names.length })),
  maps: [],
  timings: [],
});

test('a class has the colour of its name on both sides; the same class is highlighted and hidden on both', async () => {
  const { store, results, photo } = await twoModels('segment', { classes: OWN }, { classes: THEIRS });
  results.set(segmentKey(photo), { task: 'segment', result: classes(OWN) });
  secondResults(store.getState(), results).set(segmentKey(photo), { task: 'segment', result: classes(THEIRS) });
  const hovered = OWN.indexOf('wall');
  store.setState({ segment: { ...store.getState().segment, hovered, selected: OWN.indexOf('bed'), hidden: ['lamp'] } });

  expect(secondState(store.getState(), results)?.segment).toMatchObject({
    hovered: THEIRS.indexOf('wall'),
    selected: undefined,
  });
  const layers = stageLayers(store.getState(), results).filter((layer): layer is LabelLayer => layer.kind === 'labels');
  const [left, right] = layers;
  const colour = (layer: LabelLayer | undefined, index: number) =>
    [...(layer?.palette.slice(4 * index) ?? [])].slice(0, 4);
  expect([left?.side, left?.highlight, right?.highlight]).toEqual(['left', THEIRS.indexOf('wall'), hovered]);
  expect(colour(left, THEIRS.indexOf('wall'))).toEqual([...classColour(OWN.indexOf('wall')), 255]);
  expect(colour(left, THEIRS.indexOf('lamp'))).toEqual(colour(right, OWN.indexOf('lamp')));
  expect(colour(right, OWN.indexOf('lamp'))).toEqual([...classColour(OWN.indexOf('lamp')), 0]);
  expect(colour(left, THEIRS.indexOf('sofa')), 'a class that the open model does not have').toEqual([0, 0, 0, 0]);

  // The classes of a third model, which numbers them differently again.
  const imported = ['sofa', 'lamp'];
  const origin = { from: 'the report room.html', pack: { name: 'third', hash: 'c' } };
  results.set(segmentKey(photo), { task: 'segment', result: classes(imported), origin });
  store.setState({ segment: { ...store.getState().segment, hovered: imported.indexOf('lamp') } });
  const [over] = stageLayers(store.getState(), results).filter((layer): layer is LabelLayer => layer.kind === 'labels');
  expect(over?.highlight).toBe(THEIRS.indexOf('lamp'));
  expect(colour(over, THEIRS.indexOf('sofa'))).toEqual([...classColour(imported.indexOf('sofa')), 255]);
  expect(colour(over, THEIRS.indexOf('wall')), 'possibly a class of the third model').not.toEqual([0, 0, 0, 0]);
});

test('the difference of two masks has the same colours on both sides', async () => {
  const { store, results, photo } = await twoModels('refer');
  const masks = { ...store.getState().masks, [photo]: addMask(addMask(NO_MASKS, 'the bed'), 'the lamp') };
  store.setState({ masks, prompt: 'the lamp', refer: { ...store.getState().refer, compare: 'the bed' } });
  for (const kept of [results, secondResults(store.getState(), results)])
    for (const prompt of ['the bed', 'the lamp'])
      kept.set(promptKey(store.getState(), prompt), { task: 'refer', result: mask() });
  const [left, right] = stageLayers(store.getState(), results);
  if (left?.kind !== 'labels' || right?.kind !== 'labels') throw new Error('Both sides show a comparison.');
  expect([left.side, right.side]).toEqual(['left', undefined]);
  expect(left.palette).toEqual(right.palette);
});
