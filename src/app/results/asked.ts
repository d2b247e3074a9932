import type { Engine, Progress } from '../../engine/protocol.ts';
import type { PackSummary } from '../../weights/pack-summary.ts';
import { depthKey, referKey, segmentKey } from './result-keys.ts';
import type { TaskResult } from './results.ts';

/** What a task is asked of a photo. */
export type Asked =
  | { readonly task: 'depth'; readonly scene: string | undefined }
  /** Without the head, if `zeroShot`: by attention alone. */
  | { readonly task: 'refer'; readonly prompt: string; readonly zeroShot: boolean }
  | { readonly task: 'segment' };
type Answer = Extract<TaskResult, { readonly task: Asked['task'] }>;

export interface RunOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** Something for the engine to do, and where its result belongs. */
export interface Wanted {
  readonly key: string;
  readonly label: string;
  run(engine: Engine, options: RunOptions): Promise<TaskResult>;
}

export function keyOf(photo: string, asked: Asked): string {
  switch (asked.task) {
    case 'depth':
      return depthKey(photo, asked.scene);
    case 'refer':
      return referKey(photo, asked.prompt, asked.zeroShot);
    case 'segment':
      return segmentKey(photo);
  }
}

/** Asks the engine, which must have the photo already. */
export async function answer(engine: Engine, photo: string, asked: Asked, options: RunOptions): Promise<Answer> {
  const { task } = asked;
  switch (task) {
    case 'depth': {
      const { scene } = asked;
      const params = scene === undefined ? { photo } : { photo, scene };
      return { task, result: await engine.call(task, params, options) };
    }
    case 'refer': {
      const { prompt, zeroShot } = asked;
      const params = zeroShot ? { photo, prompt, zeroShot } : { photo, prompt };
      return { task, result: await engine.call(task, params, options) };
    }
    case 'segment':
      return { task, result: await engine.call(task, { photo }, options) };
  }
}

/** Whether attention drew a mask that the head was asked for: earlier versions kept the masks of both under one key. */
export const isStray = (found: TaskResult, zeroShot: boolean, { tasks }: Pick<PackSummary, 'tasks'>): boolean =>
  found.task === 'refer' && found.result.zeroShot === true && !zeroShot && tasks.includes('refer');
