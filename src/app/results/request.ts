import type { Answer } from '../../engine/answer.ts';
import type { Engine, Progress } from '../../engine/protocol.ts';
import type { TaskId } from '../../vpd/config.ts';
import type { PackSummary } from '../../weights/pack/pack-summary.ts';
import { depthKey, referKey, segmentKey } from './result-keys.ts';
import { staysWith, type TaskResult } from './results.ts';

/** The parameters of each task. */
interface RequestParameters {
  readonly depth: { readonly scene: string | undefined };
  /** With `zeroShot`, the mask comes from attention alone, without the head. */
  readonly refer: { readonly prompt: string; readonly zeroShot: boolean };
  readonly segment: unknown;
}
/** A task with its parameters, for any photo. */
export type TaskRequest = { readonly [T in TaskId]: { readonly task: T } & RequestParameters[T] }[TaskId];

export interface RunOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  /** As for a call of the engine. */
  readonly onEnd?: () => void;
}

/** Work for the engine, and the key of its result. */
export interface NeededRun {
  readonly key: string;
  readonly label: string;
  run(engine: Engine, options: RunOptions): Promise<TaskResult>;
}

/** Returns the key of a request's result. */
export function keyOf(photo: string, request: TaskRequest): string {
  switch (request.task) {
    case 'depth':
      return depthKey(photo, request.scene);
    case 'refer':
      return referKey(photo, request.prompt, request.zeroShot);
    case 'segment':
      return segmentKey(photo);
  }
}

/** Runs a request on the engine, which must have the photo already. */
export async function runRequest(
  engine: Engine,
  photo: string,
  request: TaskRequest,
  options: RunOptions,
): Promise<Answer> {
  const { task } = request;
  switch (task) {
    case 'depth': {
      const { scene } = request;
      const params = scene === undefined ? { photo } : { photo, scene };
      return { task, result: await engine.call(task, params, options) };
    }
    case 'refer': {
      const { prompt, zeroShot } = request;
      const params = zeroShot ? { photo, prompt, zeroShot } : { photo, prompt };
      return { task, result: await engine.call(task, params, options) };
    }
    case 'segment':
      return { task, result: await engine.call(task, { photo }, options) };
  }
}

/** True if a zero-shot mask is stored under the key of the head's mask: earlier versions used one key for both. */
export const isMisfiled = (found: TaskResult, zeroShot: boolean, { tasks }: Pick<PackSummary, 'tasks'>): boolean =>
  found.task === 'refer' && found.result.zeroShot === true && !zeroShot && tasks.includes('refer');

/** True if a stored result can be shown for its key while `pack` is open. An imported one may come from a model without a head. */
export const isShowable = (found: TaskResult, zeroShot: boolean, pack: Pick<PackSummary, 'hash' | 'tasks'>): boolean =>
  staysWith(found, pack) && (found.origin !== undefined || !isMisfiled(found, zeroShot, pack));
