import type { AblateClassesResult, SegmentResult } from '../../engine/protocol.ts';
import { classColour } from '../../image/palette.ts';
import { mapsOfLevel, meanMap } from '../attention/map.ts';
import { heatLayer } from '../attention/overlay.ts';
import type { Layer, Look, Raster } from '../layer.ts';
import type { SegmentView } from './view.ts';

const CHANGE_OPACITY = 0.85;
/** No class: packs have 255 at most, 0 to 254. */
const UNCHANGED = 255;

const planes = new WeakMap<SegmentResult, Raster<Uint8Array>>();
const changes = new WeakMap<AblateClassesResult, Raster<Uint8Array>>();
let changeColours: Uint8Array | undefined;

function planeOf(result: SegmentResult): Raster<Uint8Array> {
  const known = planes.get(result);
  if (known) return known;
  const plane = { width: result.width, height: result.height, data: result.labels };
  planes.set(result, plane);
  return plane;
}

function palette(classes: SegmentResult['present'], hidden: readonly string[]): Uint8Array {
  const table = new Uint8Array(4 * 256);
  for (const { index, name } of classes) table.set([...classColour(index), hidden.includes(name) ? 0 : 255], 4 * index);
  return table;
}

/** Where leaving a class out changed the class, the new one; UNCHANGED elsewhere. */
function changesOf(ablated: AblateClassesResult, { labels: before }: SegmentResult): Raster<Uint8Array> {
  const known = changes.get(ablated);
  if (known) return known;
  const { width, height, labels } = ablated;
  const data = labels.map((label, i) => (label === before[i] ? UNCHANGED : label));
  const plane = { width, height, data };
  changes.set(ablated, plane);
  return plane;
}

/** Colours of all classes: those left out make way for others than are in the photo. */
function changePalette(): Uint8Array {
  const table = new Uint8Array(4 * 256);
  for (let index = 0; index < UNCHANGED; index++) table.set([...classColour(index), 255], 4 * index);
  return table;
}

/** Class colours over the photo; with a class left out, only where that changed the class. */
export function segmentLayers(
  result: SegmentResult,
  view: SegmentView,
  look: Look,
  ablated: AblateClassesResult | undefined,
): readonly Layer[] {
  if (ablated) {
    const opacity = Math.max(look.opacity, CHANGE_OPACITY);
    changeColours ??= changePalette();
    const plane = changesOf(ablated, result);
    return [{ ...look, opacity, kind: 'labels', plane, palette: changeColours, highlight: -1 }];
  }
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
