import type { TaskId } from '../vpd/config.ts';
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

const TASKS: Readonly<Record<LayerId, readonly TaskId[]>> = {
  depth: ['depth'],
  classes: ['segment'],
  attention: ['refer', 'segment'],
  masks: ['refer'],
};

export function isVisible(layers: LayersState, id: LayerId, task: TaskId): boolean {
  const { visible } = layers[id];
  return visible === 'auto' ? TASKS[id].includes(task) : visible === 'on';
}

/** Shows or hides a layer. A layer that is shown with another task stays visible after the task changes, until it is hidden again. */
export function toggled(layers: LayersState, id: LayerId, task: TaskId): LayersState {
  const own = TASKS[id].includes(task);
  const shown = isVisible(layers, id, task);
  const visible = shown === own ? (shown ? 'off' : 'on') : 'auto';
  return { ...layers, [id]: { ...layers[id], visible } };
}

/** Returns the tasks whose results are requested on every tab, because their layer is always on. Masks are left out: they need a prompt. */
export function pinnedTasks(layers: LayersState): readonly TaskId[] {
  const tasks: TaskId[] = [];
  if (layers.depth.visible === 'on') tasks.push('depth');
  if (layers.classes.visible === 'on') tasks.push('segment');
  return tasks;
}
