import { convert } from '../../convert/convert.ts';
import { VpdError } from '../../errors.ts';
import { formatBytes } from '../../format-bytes.ts';
import type { WeightScheme } from '../../weights/quantize/stored-form.ts';
import { CONVERSIONS_LOCK, conversionLock, ifFree, whenFree } from '../files/locks.ts';
import { CONVERTING_FOLDER, freeBytes, openStorage, withStorageErrors } from '../files/opfs.ts';
import { opfsSyncFolder } from '../files/opfs-sync-folder.ts';
import { findShelfEntry } from '../shelf/stored-pack.ts';
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
 * Converts into the browser's private storage and puts the pack on the shelf; resumes an interrupted conversion of the same files and
 * options. After an error that more space, more memory or another try can fix (see isWorthKeeping), the bytes written so far are kept;
 * after any other error and after a cancel they are deleted.
 */
export async function runConversion(
  prepared: PreparedConversion,
  weights: WeightScheme,
  hooks: ConversionHooks,
): Promise<FinishedConversion> {
  const { signal, onProgress } = hooks;
  const scheme = prepared.report.schemes[weights];
  const reportWaiting = (): void => onProgress({ phase: 'waiting', done: 0, total: scheme.bytes, kept: 0, name: '' });
  return withLock(CONVERSIONS_LOCK, signal, reportWaiting, () =>
    withLock(conversionLock(scheme.id), signal, reportWaiting, () => run(prepared, weights, hooks)),
  );
}

async function run(
  { plan, marks, options, report }: PreparedConversion,
  weights: WeightScheme,
  { signal, onProgress, pause }: ConversionHooks,
): Promise<FinishedConversion> {
  const scheme = report.schemes[weights];
  const { id } = scheme;
  const shelved = await findShelfEntry(id);
  if (shelved) return { id, name: shelved.name, sha256: shelved.sha256, bytes: scheme.bytes };
  await checkRoom(report.config.name, scheme);
  const root = await openStorage(CONVERTING_FOLDER);
  const folder = await withStorageErrors(id, () => root.getDirectoryHandle(id, { create: true }));
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
    return await publishConversion(journal, folder, signal);
  } catch (thrown) {
    if (!isWorthKeeping(thrown)) await removeConversion(id);
    throw thrown;
  }
}

/** True if the same conversion may succeed when it is resumed from where it failed. */
export function isWorthKeeping(thrown: unknown): boolean {
  if (!(thrown instanceof VpdError)) return true;
  // A file that could not be read (its disk was removed) can be given again; a file with wrong content stays wrong.
  if (thrown.code === 'bad-file') return thrown.cause instanceof DOMException;
  return thrown.code === 'storage' || thrown.code === 'no-memory' || thrown.code === 'network';
}

/** @throws VpdError storage if the browser reports less free space than needed */
async function checkRoom(name: string, { bytes, kept }: PlannedScheme): Promise<void> {
  const free = await freeBytes();
  const needed = bytes - kept;
  if (free !== undefined && needed > free)
    throw new VpdError(
      'storage',
      `${name} needs ${formatBytes(needed)} of storage and the browser gives this page ${formatBytes(free)} more. Choose a smaller precision, delete a model that you no longer need, or free disk space.`,
    );
}

/** Runs `work` holding a lock; calls `onWait` first if another tab holds it. */
async function withLock<T>(name: string, signal: AbortSignal, onWait: () => void, work: () => Promise<T>): Promise<T> {
  const now = await ifFree(name, work);
  if (now) return now.result;
  onWait();
  return whenFree(name, signal, work);
}
