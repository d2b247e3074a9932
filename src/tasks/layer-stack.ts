import type { TaskId } from '../vpd/config.ts';
import type { Look } from './layer.ts';

/** What lies over the photo, from the bottom up. The order is fixed: what covers everything lies below what has holes. */
export const LAYER_IDS = ['depth', 'classes', 'attention', 'masks'] as const;
export type LayerId = (typeof LAYER_IDS)[number];

export interface LayerState extends Look {
  /** `auto`: with the task that it belongs to; `on` and `off`: whatever the task. */
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

/** Shows or hides a layer. One that is shown beside another task's stays through changes of the task, until it is hidden again. */
export function toggled(layers: LayersState, id: LayerId, task: TaskId): LayersState {
  const own = TASKS[id].includes(task);
  const shown = isVisible(layers, id, task);
  const visible = shown === own ? (shown ? 'off' : 'on') : 'auto';
  return { ...layers, [id]: { ...layers[id], visible } };
}

/** Tasks whose results are asked for on any tab, because their layer was put on. Masks come with a prompt. */
export function pinnedTasks(layers: LayersState): readonly TaskId[] {
  const tasks: TaskId[] = [];
  if (layers.depth.visible === 'on') tasks.push('depth');
  if (layers.classes.visible === 'on') tasks.push('segment');
  return tasks;
}
