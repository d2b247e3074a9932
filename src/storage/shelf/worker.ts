import { dispatch, type HandlersFor, type RequestFor } from '../../worker-calls/methods.ts';
import { createRequests, type RequestContext } from '../../worker-calls/requests.ts';
import { describePack, downloadPack, lookUp } from './download-pack.ts';
import { exportFolder, exportZip } from './export-pack.ts';
import { openImportedFiles } from './imported-files.ts';
import { whileRead } from './open-packs.ts';
import type { FromShelf, ShelfMethod, ShelfMethods, ShelfProgress, ToShelf } from './protocol.ts';
import type { ReceiveProgress } from './receive-pack.ts';
import { fitStored, listShelf, removePack, renamePack } from './shelf.ts';
import { shelve } from './shelve.ts';
import { openStoredPack } from './stored-pack.ts';

declare const self: DedicatedWorkerGlobalScope;

type Job = RequestContext<ShelfProgress>;

const reporter =
  ({ onProgress }: Job, label: string) =>
  (done: number, total: number): void =>
    onProgress({ label, done, total });

const receiveReporter =
  (job: Job, label: string) =>
  ({ done, total, checking }: ReceiveProgress): void =>
    reporter(job, checking ? 'Checking the bytes already received' : label)(done, total);

const handlers: HandlersFor<ShelfMethods, Job> = {
  list: listShelf,
  describe: ({ address }, { signal }) => describePack(address, { signal }),
  rename: ({ id, name }) => renamePack(id, name).then(() => null),
  remove: ({ id }) => removePack(id).then(() => null),
  verify: ({ id }, job) =>
    whileRead(
      id,
      () => openStoredPack(id, { signal: job.signal, again: true, onChecked: reporter(job, 'Checking') }),
      job.signal,
    ).then(() => null),
  lookUp: ({ address, device }, { signal }) => lookUp(address, device, { signal }),
  fit: ({ id, device }) => fitStored(id, device),
  download({ address, id }, job) {
    let received = { done: 0, total: 0 };
    return downloadPack(address, {
      signal: job.signal,
      id,
      onPause: (ms) =>
        reporter(job, `Connection lost, trying again in ${Math.ceil(ms / 1000)} s`)(received.done, received.total),
      onProgress: (progress) => {
        received = progress;
        receiveReporter(job, 'Downloading')(progress);
      },
    });
  },
  importFiles: ({ files }, job) => importFiles(files, job),
  exportZip: ({ id }, job) =>
    whileRead(id, () => exportZip(id, { signal: job.signal, onProgress: reporter(job, 'Packing') }), job.signal),
  exportFolder: ({ id, folder }, job) =>
    whileRead(
      id,
      () => exportFolder(id, folder, { signal: job.signal, onProgress: reporter(job, 'Writing') }),
      job.signal,
    ).then(() => null),
};

async function importFiles(files: readonly File[], job: Job): Promise<string> {
  const { config, incoming, source } = await openImportedFiles(files);
  return shelve(config, incoming, {
    source,
    keep: false,
    signal: job.signal,
    onProgress: receiveReporter(job, 'Storing'),
  });
}

const requests = createRequests<RequestFor<ShelfMethods>, ShelfMethods[ShelfMethod]['result'], ShelfProgress>(
  (request, job) => dispatch<ShelfMethods, Job, ShelfMethod>(handlers, request, job),
  (reply: FromShelf, transfer) => self.postMessage(reply, transfer),
);

self.addEventListener('message', ({ data }: MessageEvent<ToShelf>) => {
  if (data.kind === 'cancel') requests.cancel(data.id);
  else requests.start(data);
});
