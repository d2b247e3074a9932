import type { TaskId } from '../vpd/config.ts';

/** What the page calls a task. */
export const TASK_NAMES = { depth: 'Depth', refer: 'Find', segment: 'Classes' } satisfies Record<TaskId, string>;
