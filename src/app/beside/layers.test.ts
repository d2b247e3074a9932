/** Two models that number their classes differently, on one stage. */
import { expect, test } from 'vitest';
import { classColour } from '../../image/palette.ts';
import type { LabelLayer } from '../../tasks/layer.ts';
import { segmentKey } from '../results/result-keys.ts';
import { testBench } from '../testing/bench.ts';
import { stageLayers } from './layers.ts';
import { besideResults, besideState } from './view.ts';

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

test('classes have the colours of their names on both sides; what is pointed at and hidden is the same one', async () => {
  const bench = testBench({ task: 'segment' });
  await bench.open({ classes: OWN });
  const photo = await bench.add('a.png');
  bench.results.set(segmentKey(photo), { task: 'segment', result: classes(OWN) });
  bench.session.beside((controller) => void controller.compareWith({ stored: 'other' }));
  await expect.poll(() => bench.calls.some(({ engine, method }) => engine === 1 && method === 'open')).toBe(true);
  await bench.openedBeside({ classes: THEIRS });
  const { store, results } = bench;
  besideResults(store.getState(), results).set(segmentKey(photo), { task: 'segment', result: classes(THEIRS) });
  const hovered = OWN.indexOf('wall');
  store.setState({ segment: { ...store.getState().segment, hovered, selected: OWN.indexOf('bed'), hidden: ['lamp'] } });

  expect(besideState(store.getState(), results)?.segment).toMatchObject({
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
});
