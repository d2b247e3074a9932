import type { Engine, Progress } from '../../engine/protocol.ts';
import { toVpdError } from '../../errors.ts';
import { NO_WORD } from '../../tasks/refer/view.ts';
import { withoutSelected } from '../../tasks/views.ts';
import type { TaskId } from '../../vpd/config.ts';
import type { SessionParts } from '../session-parts.ts';
import { type AppState, deviceOf, packOf } from '../store.ts';
import { affectsRuns, isNeeded, nextRun } from './needed.ts';
import { onDisk } from './on-disk.ts';
import type { NeededRun } from './request.ts';
import { shownKey } from './selectors.ts';

export interface Runs {
  setTask(task: TaskId): void;
  /** Makes masks from attention alone, or with the pack's head again. */
  setZeroShot(on: boolean): void;
  /** Computes the shown result with the open model, in place of an imported one. */
  computeHere(): void;
  /** Stops the current run because its worker has ended. */
  interrupt(): void;
  /** Stops the current run; it does not start again until `retryRun` or another request. */
  stopRun(): void;
  /** Repeats the run that failed or was stopped. */
  retryRun(): void;
}

interface Launched {
  readonly key: string;
  readonly abort: AbortController;
  /** True once the engine has its request. */
  asked: boolean;
}

/** Keeps the shown result up to date: a change of photo, task, prompt or scene stops the run of the previous ones and starts the next. */
export function createRuns({ store, results, engine, showError }: SessionParts): Runs {
  let current: Launched | undefined;
  /** The run that was stopped last. */
  let stopped: Launched | undefined;
  /** Keys of results that are computed even if they are on disk. */
  const recompute = new Set<string>();

  function stop(): void {
    current?.abort.abort();
    current = undefined;
  }

  function ensure(state: AppState): void {
    const next = nextRun(state, results);
    if (current && current.key !== next?.key) {
      stop();
      if (state.run?.phase === 'running') store.setState({ run: undefined });
    }
    const worker = engine();
    if (!next || !worker || current) return;
    if (state.run && state.run.phase !== 'running' && state.run.key === next.key) return;
    void launch(next, worker);
  }

  async function launch(next: NeededRun, worker: Engine): Promise<void> {
    const mine: Launched = { key: next.key, abort: new AbortController(), asked: false };
    current = mine;
    const show = (progress: Progress) => {
      if (current === mine) store.setState({ run: { phase: 'running', key: next.key, progress } });
    };
    const onEnd = () => {
      if (stopped !== mine) return;
      const { run } = store.getState();
      if (run?.phase === 'stopped' && run.key === mine.key) store.setState({ run: { ...run, ending: false } });
    };
    const { signal } = mine.abort;
    try {
      const state = store.getState();
      const pack = packOf(state);
      const device = deviceOf(state);
      // Awaited only if the disk has the result, so that otherwise the run starts at once.
      const reading =
        pack && !recompute.has(next.key) ? onDisk(results, next.key, state.refer.zeroShot, pack) : undefined;
      show({ label: next.label, done: 0, total: 0, unit: 'steps' });
      const saved = reading && (await reading);
      signal.throwIfAborted();
      mine.asked = saved === undefined;
      const result = saved ?? (await next.run(worker, { signal, onProgress: show, onEnd }));
      // A result that was read stays the same object, so that it is not written again.
      const stored = saved || !pack || !device ? result : { ...result, pack: pack.hash, device };
      results.set(next.key, stored, isNeeded(store.getState()));
      recompute.delete(next.key);
      if (current === mine) current = undefined;
      const { run, revision } = store.getState();
      store.setState({ run: run?.key === next.key ? undefined : run, revision: revision + 1 });
    } catch (thrown) {
      if (current !== mine) return;
      current = undefined;
      failed(next.key, thrown);
    }
  }

  function failed(key: string, thrown: unknown): void {
    const error = toVpdError(thrown);
    store.setState({ run: { phase: 'failed', key, message: error.message, code: error.code } });
    if (error.code === 'bad-prompt') store.setState({ promptError: error.message });
    // The engine itself reports a lost worker, once.
    else if (error.code !== 'worker-crashed' && error.code !== 'device-lost') showError(thrown, 'run');
  }

  store.subscribe((state, before) => {
    if (
      affectsRuns(state, before) ||
      state.refer.without !== before.refer.without ||
      state.segment.without !== before.segment.without ||
      state.refer.ranking !== before.refer.ranking ||
      state.revision !== before.revision
    )
      ensure(state);
  });

  return {
    setTask: (task) => store.setState({ task }),
    setZeroShot(zeroShot) {
      const { refer, revision } = store.getState();
      store.setState({ refer: { ...refer, ...NO_WORD, zeroShot }, revision: revision + 1 });
    },
    computeHere() {
      const state = store.getState();
      const key = shownKey(state, results);
      if (key !== undefined) {
        results.delete(key);
        recompute.add(key);
      }
      // Another model may number tokens and classes differently.
      store.setState({
        ...withoutSelected(state),
        revision: state.revision + 1,
      });
    },
    interrupt() {
      stop();
      store.setState({ run: undefined });
    },
    stopRun() {
      if (!current) return;
      stopped = current;
      stop();
      store.setState({ run: { phase: 'stopped', key: stopped.key, ending: stopped.asked } });
    },
    retryRun() {
      const { run } = store.getState();
      if (run && run.phase !== 'running') store.setState({ run: undefined });
    },
  };
}
