import { convert } from '../../convert/convert.ts';
import { VpdError } from '../../errors.ts';
import { formatBytes } from '../../format-bytes.ts';
import type { WeightScheme } from '../../weights/stored-form.ts';
import { CONVERSIONS_LOCK, conversionLock } from '../files/locks.ts';
import { CONVERTING_FOLDER, openStorage, storing } from '../files/opfs.ts';
import { opfsSyncFolder } from '../files/opfs-sync-folder.ts';
import { findShelved } from '../shelf/stored-pack.ts';
import { type Journal, writeJournal } from './journal.ts';
import type { PreparedConversion } from './plan.ts';
import type { ConversionProgress, FinishedConversion, PlannedScheme } from './protocol.ts';
import { openConversionSink } from './sink.ts';
import { isComplete, publishConversion, removeConversion } from './store.ts';

interface ConversionHooks {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ConversionProgress) => void;
  /** Awaited between tensors. */
  readonly pause: () => Promise<void>;
}

/**
 * Converts into the browser's private storage and puts the pack on the shelf; goes on with what an interrupted conversion of the same
 * files and choices left. After an error that more room, more memory or another try can mend, what was written is kept (see
 * isWorthKeeping); after any other, and after a cancel, nothing is left.
 */
export async function runConversion(
  prepared: PreparedConversion,
  weights: WeightScheme,
  hooks: ConversionHooks,
): Promise<FinishedConversion> {
  const { signal, onProgress } = hooks;
  const scheme = prepared.report.schemes[weights];
  const tell = (phase: ConversionProgress['phase']): void =>
    onProgress({ phase, done: 0, total: scheme.bytes, kept: 0, name: '' });
  return withLock(
    CONVERSIONS_LOCK,
    signal,
    () => tell('waiting'),
    () =>
      withLock(
        conversionLock(scheme.id),
        signal,
        () => tell('waiting'),
        () => run(prepared, weights, hooks),
      ),
  );
}

async function run(
  { plan, marks, options, report }: PreparedConversion,
  weights: WeightScheme,
  { signal, onProgress, pause }: ConversionHooks,
): Promise<FinishedConversion> {
  const scheme = report.schemes[weights];
  const { id } = scheme;
  const shelved = await findShelved(id);
  if (shelved) return { id, name: shelved.name, sha256: shelved.sha256, bytes: scheme.bytes };
  await checkRoom(report.config.name, scheme);
  const root = await openStorage(CONVERTING_FOLDER);
  const folder = await storing(id, () => root.getDirectoryHandle(id, { create: true }));
  const journal: Journal = {
    id,
    name: report.config.name,
    weights,
    options,
    files: marks,
    total: scheme.bytes,
    begun: new Date().toISOString(),
  };
  try {
    if (!(await isComplete(id, folder))) {
      await writeJournal(folder, journal);
      let checked = 0;
      const sink = await openConversionSink(opfsSyncFolder(folder), {
        signal,
        onChecked: (bytes) => {
          checked += bytes;
          onProgress({ phase: 'checking', done: checked, total: scheme.kept, kept: checked, name: '' });
        },
      });
      try {
        await convert(plan, sink, {
          weights,
          signal,
          pause,
          onProgress: (progress) => onProgress({ phase: 'converting', ...progress }),
        });
      } finally {
        sink.close();
      }
    }
    onProgress({ phase: 'publishing', done: scheme.bytes, total: scheme.bytes, kept: 0, name: '' });
    return await publishConversion(journal, folder);
  } catch (thrown) {
    if (!isWorthKeeping(thrown)) await removeConversion(id);
    throw thrown;
  }
}

/** Whether the same conversion may end better when it is tried again from where it stopped. */
export function isWorthKeeping(thrown: unknown): boolean {
  if (!(thrown instanceof VpdError)) return true;
  // A file that cannot be read now (a disk that was pulled out) can be given again; one that is wrong cannot.
  if (thrown.code === 'bad-file') return thrown.cause instanceof DOMException;
  return thrown.code === 'storage' || thrown.code === 'no-memory' || thrown.code === 'network';
}

/** @throws VpdError storage, as far as the browser tells what room there is */
async function checkRoom(name: string, { bytes, kept }: PlannedScheme): Promise<void> {
  const { quota, usage } = await navigator.storage.estimate();
  if (quota === undefined || usage === undefined) return;
  const needed = bytes - kept;
  const free = quota - usage;
  if (needed > free)
    throw new VpdError(
      'storage',
      `${name} needs ${formatBytes(needed)} of storage and the browser gives this page ${formatBytes(Math.max(0, free))} more. Choose a smaller precision, delete a model that you no longer need, or free disk space.`,
    );
}

/** Runs `work` while no other tab holds the lock; tells before it waits. */
async function withLock<T>(name: string, signal: AbortSignal, onWait: () => void, work: () => Promise<T>): Promise<T> {
  try {
    const now = await navigator.locks.request(name, { ifAvailable: true }, async (lock) =>
      lock ? { result: await work() } : undefined,
    );
    if (now) return now.result;
    onWait();
    return await navigator.locks.request(name, { signal }, work);
  } catch (thrown) {
    // The signal that ends the waiting for a lock.
    if (signal.aborted && !(thrown instanceof VpdError))
      throw new VpdError('cancelled', 'The conversion was cancelled.', { cause: thrown });
    throw thrown;
  }
}
