import type { SegmentResult } from '../../engine/protocol.ts';
import { mapsOfLevel, meanMap } from '../attention/map.ts';
import { heatLayer } from '../attention/overlay.ts';
import type { Layer, Look, Plane } from '../layer.ts';
import { classColour } from './colour.ts';
import type { SegmentView } from './view.ts';

const planes = new WeakMap<SegmentResult, Plane<Uint8Array>>();

function planeOf(result: SegmentResult): Plane<Uint8Array> {
  const known = planes.get(result);
  if (known) return known;
  const plane = { width: result.width, height: result.height, data: result.labels };
  planes.set(result, plane);
  return plane;
}

function palette(classes: SegmentResult['present'], hidden: readonly number[]): Uint8Array {
  const table = new Uint8Array(4 * 256);
  for (const { index } of classes) table.set([...classColour(index), hidden.includes(index) ? 0 : 255], 4 * index);
  return table;
}

/** Class colours over the photo. */
export function segmentLayers(result: SegmentResult, view: SegmentView, look: Look): readonly Layer[] {
  return [
    {
      ...look,
      kind: 'labels',
      plane: planeOf(result),
      palette: palette(result.present, view.hidden),
      highlight: view.hovered ?? -1,
    },
  ];
}

/** The attention map of the class selected (context token k is class k). */
export function classHeat(result: SegmentResult, view: SegmentView, look: Look): Layer | undefined {
  const maps = view.selected === undefined ? undefined : mapsOfLevel(result.maps, view.level);
  if (!maps || view.selected === undefined) return undefined;
  const map = meanMap(maps, [view.selected]);
  return heatLayer(map, map.max, look);
}
