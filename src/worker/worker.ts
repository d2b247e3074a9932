import { chooseDevice } from '../engine/device.ts';
import { createHost } from '../engine/host.ts';
import { openRuntime } from '../engine/ort-web.ts';
import type { FromWorker, ToWorker } from '../engine/protocol.ts';
import { createHandlers } from './handlers.ts';
import { readPack } from './read-pack.ts';

declare const self: DedicatedWorkerGlobalScope;

const post = (message: FromWorker, transfer: Transferable[] = []): void => self.postMessage(message, transfer);

const handlers = createHandlers({
  choose: (options) =>
    chooseDevice(options, {
      gpu: 'gpu' in navigator ? navigator.gpu : undefined,
      isSecureContext: self.isSecureContext,
      crossOriginIsolated: self.crossOriginIsolated,
      sharedMemory: 'SharedArrayBuffer' in self,
      cores: navigator.hardwareConcurrency,
      jspi: 'Suspending' in WebAssembly,
    }),
  load: openRuntime,
  read: readPack,
  onDeviceLost(message) {
    const error = {
      code: 'device-lost',
      message:
        'The graphics device was lost, perhaps because its driver restarted or memory ran out. Retry starts it again; nothing else is lost.',
      detail: message,
    } as const;
    post({ kind: 'lost', error });
  },
});
const receive = createHost(handlers, post);

self.addEventListener('message', (event: MessageEvent<ToWorker>) => receive(event.data));
post({ kind: 'ready' });
