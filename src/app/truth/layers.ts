import type { DepthResult, ReferResult, SegmentResult } from '../../engine/results.ts';
import { INSIDE } from '../../image/masks/mask.ts';
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
import { depthOf, segmentOf } from '../results/selectors.ts';
import { type AppState, packOf } from '../store.ts';
import { errorLayers } from './error-layers.ts';
import { truthOf } from './useTruth.ts';

/** The truth in the form of results; cached, so that the stage uploads it once. */
interface TruthResults {
  readonly depth: DepthResult;
  readonly masks: ReadonlyMap<string, ReferResult>;
  /** Made for a pack with these names of classes. */
  classes: { readonly names: readonly string[]; readonly result: SegmentResult } | undefined;
}

const cache = new WeakMap<SampleTruth, TruthResults>();

function resultsOf(truth: SampleTruth): TruthResults {
  const found = cache.get(truth);
  if (found) return found;
  const { width, height, metres, masks } = truth;
  const none = { tokens: [], words: [], cut: [], maps: [], timings: [], area: 0 };
  const shown: TruthResults = {
    // min and max are not used: it is drawn with the result's range, so that equal colours are equal metres.
    depth: { width, height, metres, min: 0, max: 0, timings: [] },
    masks: new Map(
      [...masks].map(([text, mask]) => [text, { width, height, probability: Float32Array.from(mask), ...none }]),
    ),
    classes: undefined,
  };
  cache.set(truth, shown);
  return shown;
}

/** Returns the truth in class indices of a pack; 255 where the pack has no such class or the truth has none. */
function classesOf(truth: SampleTruth, names: readonly string[]): SegmentResult {
  const shown = resultsOf(truth);
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

/** Returns the open pack's classes; before a pack is open, those of the truth, which are the embedded pack's. */
export const classNames = (state: AppState, truth: SampleTruth): readonly string[] =>
  packOf(state)?.classes ?? truth.names;

/** Returns the true depth of the selected sample; undefined unless it is drawn. */
export function trueDepth(state: AppState, results: Results): DepthResult | undefined {
  const truth = state.errors ? undefined : truthOf(state, results);
  return truth && resultsOf(truth).depth;
}

/**
 * Returns a layer of the truth, drawn like that of the result, or what is wrong in the result; empty without truth or before there is a
 * result.
 */
export function truthLayers(state: AppState, results: Results, id: LayerId): readonly Layer[] {
  const truth = truthOf(state, results);
  if (!truth) return [];
  if (state.errors) return errorLayers(state, results, truth, id);
  switch (id) {
    case 'depth': {
      const found = depthOf(state, results);
      if (!found) return [];
      const [near, far] = rangeOf(found, state.depth);
      const view = { ...state.depth, range: { kind: 'typed', near, far } } as const;
      return depthLayers(resultsOf(truth).depth, view, state.layers.depth);
    }
    case 'classes':
      if (!segmentOf(state, results)) return [];
      return segmentLayers(classesOf(truth, classNames(state, truth)), state.segment, state.layers.classes, undefined);
    case 'masks': {
      const masks = maskShapes(state, results).flatMap(({ item }): ListedMask[] => {
        const result = resultsOf(truth).masks.get(item.prompt);
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
