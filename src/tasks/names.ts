import type { TaskId } from '../vpd/config.ts';

/** Names of the tasks on the page. */
export const TASK_NAMES = { depth: 'Depth', refer: 'Find', segment: 'Classes' } satisfies Record<TaskId, string>;
