import { TASK_IDS, type TaskId } from '../vpd/config.ts';
import type { Look } from './layer.ts';

/** The layers over the photo, from the bottom up. The order is fixed: layers that cover the whole photo lie below those with gaps. */
export const LAYER_IDS = ['depth', 'classes', 'attention', 'masks'] as const;
export type LayerId = (typeof LAYER_IDS)[number];

export interface LayerState extends Look {
  /** `auto`: visible with the layer's own tasks; `on` and `off`: the same for every task. */
  readonly visible: 'auto' | 'on' | 'off';
}

export type LayersState = Readonly<Record<LayerId, LayerState>>;

export const LAYERS_STATE: LayersState = {
  depth: { visible: 'auto', opacity: 1, blend: 'normal' },
  classes: { visible: 'auto', opacity: 0.65, blend: 'normal' },
  attention: { visible: 'auto', opacity: 0.85, blend: 'normal' },
  masks: { visible: 'auto', opacity: 0.45, blend: 'normal' },
};

/** The layer of each task's result. */
export const RESULT_LAYER = { depth: 'depth', refer: 'masks', segment: 'classes' } as const satisfies Record<
  TaskId,
  LayerId
>;
/** The layers that are visible with each task. */
const LAYERS = {
  depth: [RESULT_LAYER.depth],
  refer: ['attention', RESULT_LAYER.refer],
  segment: [RESULT_LAYER.segment, 'attention'],
} satisfies Record<TaskId, readonly LayerId[]>;
const isOwn = (id: LayerId, task: TaskId): boolean => LAYERS[task].some((own) => own === id);

export function isVisible(layers: LayersState, id: LayerId, task: TaskId): boolean {
  const { visible } = layers[id];
  return visible === 'auto' ? isOwn(id, task) : visible === 'on';
}

/** Shows or hides a layer. A layer that is shown with another task stays visible after the task changes, until it is hidden again. */
export function toggled(layers: LayersState, id: LayerId, task: TaskId): LayersState {
  const own = isOwn(id, task);
  const shown = isVisible(layers, id, task);
  const visible = shown === own ? (shown ? 'off' : 'on') : 'auto';
  return { ...layers, [id]: { ...layers[id], visible } };
}

/** Returns the tasks whose results are requested on every tab, because their layer is always on. Masks are left out: they need a prompt. */
export const pinnedTasks = (layers: LayersState): readonly TaskId[] =>
  TASK_IDS.filter((task) => task !== 'refer' && layers[RESULT_LAYER[task]].visible === 'on');
