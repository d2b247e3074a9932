import { createRequests, type RequestContext } from '../../worker-calls/requests.ts';
import { describePack, downloadPack, lookUp } from './download-pack.ts';
import { exportFolder, exportZip } from './export-pack.ts';
import { openImportedFiles } from './imported-files.ts';
import type { FromShelf, ShelfMethod, ShelfMethods, ShelfProgress, ToShelf } from './protocol.ts';
import type { ReceiveProgress } from './receive-pack.ts';
import { fitStored, listShelf, removePack, renamePack } from './shelf.ts';
import { shelve } from './shelve.ts';
import { openStoredPack } from './stored-pack.ts';

declare const self: DedicatedWorkerGlobalScope;

type Request = Extract<ToShelf, { kind: 'request' }>;
type Result = ShelfMethods[ShelfMethod]['result'];
type Job = RequestContext<ShelfProgress>;

const reporter =
  ({ onProgress }: Job, label: string) =>
  (done: number, total: number): void =>
    onProgress({ label, done, total });

const receiveReporter =
  (job: Job, label: string) =>
  ({ done, total, checking }: ReceiveProgress): void =>
    reporter(job, checking ? 'Checking the bytes already received' : label)(done, total);

function run(request: Request, job: Job): Promise<Result> {
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
        onChecked: reporter(job, 'Checking'),
      }).then(() => null);
    case 'lookUp':
      return lookUp(request.params.address, request.params.device, { signal });
    case 'fit':
      return fitStored(request.params.id, request.params.device);
    case 'download': {
      let received = { done: 0, total: 0 };
      return downloadPack(request.params.address, {
        signal,
        id: request.params.id,
        onPause: (ms) =>
          reporter(job, `Connection lost, trying again in ${Math.ceil(ms / 1000)} s`)(received.done, received.total),
        onProgress: (progress) => {
          received = progress;
          receiveReporter(job, 'Downloading')(progress);
        },
      });
    }
    case 'importFiles':
      return importFiles(request.params.files, job);
    case 'exportZip':
      return exportZip(request.params.id, { signal, onProgress: reporter(job, 'Packing') });
    case 'exportFolder':
      return exportFolder(request.params.id, request.params.folder, {
        signal,
        onProgress: reporter(job, 'Writing'),
      }).then(() => null);
    default:
      return request satisfies never;
  }
}

async function importFiles(files: readonly File[], job: Job): Promise<string> {
  const { config, incoming, source } = await openImportedFiles(files);
  return shelve(config, incoming, {
    source,
    keep: false,
    signal: job.signal,
    onProgress: receiveReporter(job, 'Storing'),
  });
}

const requests = createRequests<Request, Result, ShelfProgress>(run, (reply: FromShelf, transfer) =>
  self.postMessage(reply, transfer),
);

self.addEventListener('message', ({ data }: MessageEvent<ToShelf>) => {
  if (data.kind === 'cancel') requests.cancel(data.id);
  else requests.start(data);
});
