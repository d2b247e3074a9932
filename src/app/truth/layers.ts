import type { DepthResult, ReferResult, SegmentResult } from '../../engine/protocol.ts';
import { INSIDE } from '../../image/mask.ts';
import type { SampleTruth } from '../../samples/truth.ts';
import { depthLayers } from '../../tasks/depth/overlay.ts';
import { rangeOf } from '../../tasks/depth/range.ts';
import type { Layer } from '../../tasks/layer.ts';
import type { LayerId } from '../../tasks/layer-stack.ts';
import { shapeOf } from '../../tasks/refer/masks/shape.ts';
import { type ListedMask, referLayers } from '../../tasks/refer/overlay.ts';
import { segmentLayers } from '../../tasks/segment/overlay.ts';
import { maskShapes } from '../find/masks.ts';
import type { Results } from '../results/results.ts';
import { depthOf, segmentOf } from '../results/shown.ts';
import { type AppState, packOf } from '../store.ts';
import { truthOf } from './useTruth.ts';

/** The truth as results, made once, so that the stage uploads it once. */
interface Shown {
  readonly depth: DepthResult;
  readonly masks: ReadonlyMap<string, ReferResult>;
  /** For these names of the pack's classes. */
  classes: { readonly names: readonly string[]; readonly result: SegmentResult } | undefined;
}

const known = new WeakMap<SampleTruth, Shown>();

function shownOf(truth: SampleTruth): Shown {
  const found = known.get(truth);
  if (found) return found;
  const { width, height, metres, masks } = truth;
  const none = { tokens: [], words: [], cut: [], maps: [], timings: [], area: 0 };
  const shown: Shown = {
    // Drawn over the range of what was found, so that equal colours are equal metres.
    depth: { width, height, metres, min: 0, max: 0, timings: [] },
    masks: new Map(
      [...masks].map(([text, mask]) => [text, { width, height, probability: Float32Array.from(mask), ...none }]),
    ),
    classes: undefined,
  };
  known.set(truth, shown);
  return shown;
}

/** Class indices of the pack; what the pack has no class for, and what counts nowhere, is 255. */
function classesOf(truth: SampleTruth, names: readonly string[]): SegmentResult {
  const shown = shownOf(truth);
  if (shown.classes?.names === names) return shown.classes.result;
  const { width, height, labels } = truth;
  const toPack = Uint8Array.from({ length: 256 }, (_, label) => {
    const index = names.indexOf(truth.names[label] ?? '');
    return index < 0 ? 255 : index;
  });
  const mapped = labels.map((label) => toPack[label] ?? 255);
  const present = [...new Set(mapped)].filter((index) => index !== 255);
  const result: SegmentResult = {
    width,
    height,
    labels: mapped,
    present: present.map((index) => ({ index, name: names[index] ?? '', area: 0 })),
    maps: [],
    timings: [],
  };
  shown.classes = { names, result };
  return result;
}

/** Classes of the pack that is open; before one is, the truth's own, which are the embedded pack's. */
export const classNames = (state: AppState, truth: SampleTruth): readonly string[] =>
  packOf(state)?.classes ?? truth.names;

/** How far everything really is, of the sample whose truth is on show. */
export function trueDepth(state: AppState, results: Results): DepthResult | undefined {
  const truth = truthOf(state, results);
  return truth && shownOf(truth).depth;
}

/** What is really there, drawn as what was found is drawn; nothing without truth, or before anything was found. */
export function truthLayers(state: AppState, results: Results, id: LayerId): readonly Layer[] {
  const truth = truthOf(state, results);
  if (!truth) return [];
  switch (id) {
    case 'depth': {
      const found = depthOf(state, results);
      if (!found) return [];
      const [near, far] = rangeOf(found, state.depth);
      const view = { ...state.depth, range: { kind: 'typed', near, far } } as const;
      return depthLayers(shownOf(truth).depth, view, state.layers.depth);
    }
    case 'classes':
      if (!segmentOf(state, results)) return [];
      return segmentLayers(classesOf(truth, classNames(state, truth)), state.segment, state.layers.classes, undefined);
    case 'masks': {
      const masks = maskShapes(state, results).flatMap(({ item }): ListedMask[] => {
        const result = shownOf(truth).masks.get(item.prompt);
        const plain = { ...item, threshold: INSIDE, specks: 0, holes: 0, strokes: [] };
        return result ? [{ item: plain, result, shape: shapeOf(result, plain) }] : [];
      });
      const further = { raw: undefined, ablated: undefined };
      return referLayers(
        masks,
        state.prompt,
        { ...state.refer, compare: undefined },
        further,
        state.layers.masks,
        false,
      );
    }
    case 'attention':
      return [];
  }
}
