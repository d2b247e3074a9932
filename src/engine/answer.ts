import type { TaskId } from '../vpd/config.ts';
import type { DepthResult, ReferResult, SegmentResult, StageTiming } from './results.ts';

/** The result of each task. */
interface TaskResults {
  readonly depth: DepthResult;
  readonly refer: ReferResult;
  readonly segment: SegmentResult;
}

/** A task with its result, and with what `Extra` names for that task. */
export type AnswerWith<Extra extends Readonly<Record<TaskId, unknown>>> = {
  readonly [T in TaskId]: { readonly task: T; readonly result: TaskResults[T] } & Extra[T];
}[TaskId];

/** A task with its result. */
export type Answer = AnswerWith<Record<TaskId, unknown>>;

/** Returns an answer with other times. */
export const withTimings = <A extends Answer>(answer: A, timings: readonly StageTiming[]): A => ({
  ...answer,
  result: { ...answer.result, timings },
});
