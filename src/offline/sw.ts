/**
 * The service worker: after the first visit the page opens and works without a network. A new version is fetched completely while the old
 * one stays in use; it replaces it only when the page requests it.
 */
import type { OfflineFiles, ToServiceWorker } from './offline-files.ts';
import { createPageCache } from './page-cache.ts';

declare const self: ServiceWorkerGlobalScope;
/** Inserted by the build (scripts/vite/offline.ts). */
declare const __OFFLINE_FILES__: OfflineFiles;

const cache = createPageCache(__OFFLINE_FILES__, self.registration.scope, self.caches);

self.addEventListener('install', (event) => event.waitUntil(cache.install()));
self.addEventListener('activate', (event) => event.waitUntil(cache.tidy()));

self.addEventListener('fetch', (event) => {
  const { request } = event;
  // Range requests go to the server: they read parts of packs.
  if (request.method !== 'GET' || request.headers.has('range')) return;
  const path = cache.pathOf(new URL(request.url), request.mode === 'navigate');
  if (path !== undefined) event.respondWith(cache.answer(path, request));
});

self.addEventListener('message', (event) => {
  const message: ToServiceWorker = event.data;
  switch (message.kind) {
    case 'keep': {
      const [port] = event.ports;
      const done = cache.keep(message.urls).then(
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
      cache.abortRequests();
      break;
    default:
      message satisfies never;
  }
});
