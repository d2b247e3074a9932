/**
 * The service worker: after the first visit the page opens and works without a network. A new version is fetched whole beside the one in
 * use and takes its place when the page says so, never by itself.
 */
import type { OfflineFiles, ToServiceWorker } from './files.ts';
import { createKept } from './kept.ts';

declare const self: ServiceWorkerGlobalScope;
/** Written in when the page is built (scripts/vite/offline.ts). */
declare const __OFFLINE_FILES__: OfflineFiles;

const kept = createKept(__OFFLINE_FILES__, self.registration.scope, self.caches);

self.addEventListener('install', (event) => event.waitUntil(kept.install()));
self.addEventListener('activate', (event) => event.waitUntil(kept.tidy()));

self.addEventListener('fetch', (event) => {
  const { request } = event;
  // Parts of files are asked of the server: they belong to packs that are read as they are needed.
  if (request.method !== 'GET' || request.headers.has('range')) return;
  const path = kept.pathOf(new URL(request.url), request.mode === 'navigate');
  if (path !== undefined) event.respondWith(kept.answer(path, request));
});

self.addEventListener('message', (event) => {
  const message: ToServiceWorker = event.data;
  switch (message.kind) {
    case 'keep': {
      const [port] = event.ports;
      const done = kept.keep(message.urls).then(
        () => port?.postMessage(true),
        () => port?.postMessage(false),
      );
      event.waitUntil(done);
      break;
    }
    case 'take-over':
      event.waitUntil(self.skipWaiting());
      break;
    case 'let-go':
      kept.letGo();
      break;
    default:
      message satisfies never;
  }
});
