import { toVpdError, VpdError } from '../../errors.ts';
import type { BatchJob } from '../../outputs/batch/protocol.ts';
import { importCode } from '../../ui/import-code.ts';
import type { Photos } from '../photos/photos.ts';
import type { SessionParts } from '../session-parts.ts';
import type { BatchState } from './state.ts';

export interface Batch {
  /** Runs `job` on these photos in the background; its code is loaded now. */
  startBatch(job: BatchJob, photos: readonly string[]): void;
  /** Stops the batch; the files of finished photos can be saved. */
  stopBatch(): void;
  /** Marks the ZIP as saved: a reload then loses nothing. */
  markSaved(): void;
  /** Returns the ZIP of the last batch, until the next one starts. */
  batchZip(): Blob | undefined;
  /** Stops the current batch and drops the ZIP of the last one. */
  forgetBatch(): void;
}

export function createBatch(parts: SessionParts, photos: Pick<Photos, 'fileOf' | 'suppliedResults'>): Batch {
  const { store } = parts;
  let abort: AbortController | undefined;
  let zip: Blob | undefined;

  function patch(change: Partial<BatchState>): void {
    const { batch } = store.getState();
    if (batch) store.setState({ batch: { ...batch, ...change } });
  }

  async function run(job: BatchJob, ids: readonly string[], stop: AbortController): Promise<void> {
    // Ignores what a forgotten batch reports.
    const update = (change: Partial<BatchState>): void => {
      if (abort === stop) patch(change);
    };
    try {
      const { runBatch } = await importCode(() => import('./run.ts'));
      const made = await runBatch({ ...parts, ...photos }, job, ids, stop.signal, update);
      if (abort === stop) zip = made.zip;
      const phase = stop.signal.aborted || made.stopped !== undefined ? 'stopped' : 'done';
      update({ phase, bytes: made.zip.size, current: undefined, message: made.stopped });
      if (abort === stop && made.stopped !== undefined) parts.showError(new VpdError('bad-request', made.stopped));
    } catch (thrown) {
      update({ phase: 'failed', message: toVpdError(thrown).message, current: undefined });
      // Also as a notice, since the dialog may be closed.
      if (abort === stop) parts.showError(thrown);
    }
  }

  return {
    startBatch(job, ids) {
      const { batch } = store.getState();
      if (batch?.phase === 'running' || batch?.phase === 'stopping') return;
      zip = undefined;
      abort = new AbortController();
      store.setState({
        batch: {
          phase: 'running',
          job,
          total: ids.length,
          finished: 0,
          current: undefined,
          progress: undefined,
          problems: [],
          written: 0,
          bytes: undefined,
          saved: false,
          message: undefined,
        },
      });
      void run(job, ids, abort);
    },
    stopBatch() {
      if (store.getState().batch?.phase !== 'running') return;
      patch({ phase: 'stopping' });
      abort?.abort();
    },
    markSaved: () => patch({ saved: true }),
    batchZip: () => zip,
    forgetBatch() {
      abort?.abort();
      abort = undefined;
      zip = undefined;
      store.setState({ batch: undefined });
    },
  };
}
