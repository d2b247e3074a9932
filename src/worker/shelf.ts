import { toWire } from '../engine/host.ts';
import { VpdError } from '../errors.ts';
import { openArrival } from '../storage/arrivals.ts';
import { describePack, downloadPack, lookUp } from '../storage/download-pack.ts';
import { exportFolder, exportZip } from '../storage/export-pack.ts';
import type { ReceiveProgress } from '../storage/receive-pack.ts';
import { fitStored, listShelf, removePack, renamePack } from '../storage/shelf.ts';
import type { FromShelf, ShelfMethod, ShelfMethods, ToShelf } from '../storage/shelf-protocol.ts';
import { shelve } from '../storage/shelve.ts';
import { openStoredPack } from '../storage/stored-pack.ts';

declare const self: DedicatedWorkerGlobalScope;

/** Progress is told at most this often, in milliseconds. */
const PROGRESS_INTERVAL = 100;

type Request = Extract<ToShelf, { kind: 'request' }>;
interface Job {
  readonly signal: AbortSignal;
  tell(label: string, done: number, total: number): void;
}

const post = (message: FromShelf): void => self.postMessage(message);
const running = new Map<number, AbortController>();

function createJob(id: number, signal: AbortSignal): Job {
  let last = Number.NEGATIVE_INFINITY;
  let shown = '';
  return {
    signal,
    tell(label, done, total) {
      const now = performance.now();
      if (label === shown && done !== total && now - last < PROGRESS_INTERVAL) return;
      last = now;
      shown = label;
      post({ kind: 'progress', id, progress: { label, done, total } });
    },
  };
}

const receiving =
  (job: Job, label: string) =>
  ({ done, total, checking }: ReceiveProgress): void =>
    job.tell(checking ? 'Checking what is here already' : label, done, total);

function run(request: Request, job: Job): Promise<ShelfMethods[ShelfMethod]['result']> {
  const { signal } = job;
  switch (request.method) {
    case 'list':
      return listShelf();
    case 'describe':
      return describePack(request.params.address, { signal });
    case 'rename':
      return renamePack(request.params.id, request.params.name).then(() => null);
    case 'remove':
      return removePack(request.params.id).then(() => null);
    case 'verify':
      return openStoredPack(request.params.id, {
        signal,
        again: true,
        onChecked: (done, total) => job.tell('Checking', done, total),
      }).then(() => null);
    case 'lookUp':
      return lookUp(request.params.address, request.params.device, { signal });
    case 'fit':
      return fitStored(request.params.id, request.params.device);
    case 'download': {
      let came = { done: 0, total: 0 };
      return downloadPack(request.params.address, {
        signal,
        onPause: (ms) => job.tell(`Connection lost, trying again in ${Math.ceil(ms / 1000)} s`, came.done, came.total),
        onProgress: (progress) => {
          came = progress;
          receiving(job, 'Downloading')(progress);
        },
      });
    }
    case 'importFiles':
      return importFiles(request.params.files, job);
    case 'exportZip':
      return exportZip(request.params.id, { signal, onProgress: (done, total) => job.tell('Packing', done, total) });
    case 'exportFolder':
      return exportFolder(request.params.id, request.params.folder, {
        signal,
        onProgress: (done, total) => job.tell('Writing', done, total),
      }).then(() => null);
    default:
      return request satisfies never;
  }
}

async function importFiles(files: readonly File[], job: Job): Promise<string> {
  const { config, incoming, source } = await openArrival(files);
  return shelve(config, incoming, {
    source,
    keep: false,
    signal: job.signal,
    onProgress: receiving(job, 'Storing'),
  });
}

async function serve(request: Request): Promise<void> {
  const stop = new AbortController();
  running.set(request.id, stop);
  try {
    const result = await run(request, createJob(request.id, stop.signal));
    if (stop.signal.aborted) throw new VpdError('cancelled', 'Cancelled.');
    post({ kind: 'result', id: request.id, result });
  } catch (thrown) {
    post({ kind: 'error', id: request.id, error: toWire(thrown) });
  } finally {
    running.delete(request.id);
  }
}

self.addEventListener('message', ({ data }: MessageEvent<ToShelf>) => {
  if (data.kind === 'cancel') running.get(data.id)?.abort();
  else void serve(data);
});
