import type { AblateClassesResult, SegmentResult } from '../../engine/results.ts';
import { classColour } from '../../image/palette.ts';
import { resizeLabels } from '../../image/planes.ts';
import { mapsOfLevel, meanMap } from '../attention/heat-map.ts';
import { heatLayer } from '../attention/overlay.ts';
import { CHANGE_OPACITY, type Layer, type Look, type Raster } from '../layer.ts';
import type { SegmentView } from './view.ts';

/** Not a class: a pack has at most 255 classes, 0 to 254. */
const UNCHANGED = 255;

const planes = new WeakMap<SegmentResult, Raster<Uint8Array>>();
interface Changes {
  /** The result that the ablation is compared with. */
  readonly result: SegmentResult;
  /** The new class of each pixel whose class changed; UNCHANGED elsewhere. */
  readonly plane: Raster<Uint8Array>;
  readonly palette: Uint8Array;
}
/** The last changes of each ablation. */
const changes = new WeakMap<AblateClassesResult, Changes>();

function planeOf(result: SegmentResult): Raster<Uint8Array> {
  const known = planes.get(result);
  if (known) return known;
  const plane = { width: result.width, height: result.height, data: result.labels };
  planes.set(result, plane);
  return plane;
}

function paletteOf(classes: SegmentResult['present'], hidden: readonly string[]): Uint8Array {
  const table = new Uint8Array(4 * 256);
  for (const { index, name } of classes) table.set([...classColour(index), hidden.includes(name) ? 0 : 255], 4 * index);
  return table;
}

/** What leaving a class out changed; computed once per result. */
function changesOf(ablated: AblateClassesResult, result: SegmentResult): Changes {
  const known = changes.get(ablated);
  if (known?.result === result) return known;
  const { width, height, labels } = ablated;
  // A result from a session or a report may have another size than what is computed here.
  const same = result.width === width && result.height === height;
  const before = same ? result.labels : resizeLabels(result.labels, result.width, result.height, width, height);
  const found = new Set<number>();
  const data = labels.map((label, i) => {
    if (label === before[i]) return UNCHANGED;
    found.add(label);
    return label;
  });
  // Only the colours that occur: to compute those of all 255 classes takes seconds.
  const palette = new Uint8Array(4 * 256);
  for (const index of found) palette.set([...classColour(index), 255], 4 * index);
  const computed = { result, plane: { width, height, data }, palette };
  changes.set(ablated, computed);
  return computed;
}

/** Layer of class colours; with a class left out, only the pixels whose class changed. */
export function segmentLayers(
  result: SegmentResult,
  view: SegmentView,
  look: Look,
  ablated: AblateClassesResult | undefined,
): readonly Layer[] {
  if (ablated) {
    const opacity = Math.max(look.opacity, CHANGE_OPACITY);
    const { plane, palette } = changesOf(ablated, result);
    return [{ ...look, opacity, kind: 'labels', of: 'classes', plane, palette, highlight: -1 }];
  }
  return [
    {
      ...look,
      kind: 'labels',
      of: 'classes',
      plane: planeOf(result),
      palette: paletteOf(result.present, view.hidden),
      highlight: view.hovered ?? -1,
    },
  ];
}

/** Layer of the selected class's attention map (context token k is class k). */
export function classHeat(result: SegmentResult, view: SegmentView, look: Look): Layer | undefined {
  const maps = view.selected === undefined ? undefined : mapsOfLevel(result.maps, view.level);
  if (!maps || view.selected === undefined) return undefined;
  const map = meanMap(maps, [view.selected]);
  return heatLayer(map, map.max, look);
}
