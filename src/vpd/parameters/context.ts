import type { TaskConfigs, TaskId } from '../config.ts';
import { type Emit, emitLinear } from './parameter.ts';

/** Lists the parameters of a task's text adapter and of its own tokens, for a context of this width. */
export function contextParameters(id: TaskId, task: NonNullable<TaskConfigs[TaskId]>, width: number, emit: Emit): void {
  emitLinear(emit, `${id}.text_adapter.fc.0`, width, width);
  emitLinear(emit, `${id}.text_adapter.fc.2`, width, width);
  emit(`${id}.gamma`, [width]);
  const rows = 'scenes' in task ? task.scenes.length : 'classes' in task ? task.classes.length : 0;
  if (rows > 0) emit(`${id}.class_embeddings`, [rows, width]);
}
