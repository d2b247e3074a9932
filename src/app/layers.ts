import { depthLayers } from '../tasks/depth/overlay.ts';
import type { Layer } from '../tasks/layer.ts';
import { referLayers } from '../tasks/refer/overlay.ts';
import { segmentLayers } from '../tasks/segment/overlay.ts';
import type { TaskId } from '../vpd/config.ts';
import { maskShapes } from './masks.ts';
import { ablationOf, depthOf, rawMapsOf, segmentOf } from './probe.ts';
import type { Results } from './results.ts';
import type { AppState } from './store.ts';

type Draw = (state: AppState, results: Results) => readonly Layer[];

const TASK_LAYERS = {
  depth(state, results) {
    const result = depthOf(state, results);
    return result ? depthLayers(result, state.depth) : [];
  },
  refer(state, results) {
    return referLayers(maskShapes(state, results), state.prompt, state.refer, {
      raw: rawMapsOf(state, results),
      ablated: ablationOf(state, results),
    });
  },
  segment(state, results) {
    const result = segmentOf(state, results);
    return result ? segmentLayers(result, state.segment) : [];
  },
} satisfies Record<TaskId, Draw>;

/** What the task on show draws over the photo; nothing until it has a result. */
export const layersOf: Draw = (state, results) => TASK_LAYERS[state.task](state, results);
