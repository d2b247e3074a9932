import type { ToServiceWorker } from './offline-files.ts';
import type { OfflineState } from './state.ts';

/** Interval of the check for a new version, because a page may stay open for days. */
const CHECK_INTERVAL_MS = 60 * 60 * 1000;
/** Longest wait for the new service worker: the old one stays until all its requests are answered, minutes if the server hangs. */
const TAKEOVER_MS = 5_000;
/** Longest wait after the reload: the page's own requests, answered by the old one, come first, which takes a slow machine a while. */
const AFTER_RELOAD_MS = 20_000;
/** Key in sessionStorage: the update was requested before the page was reloaded. */
const UPDATE_KEY = 'update asked';

export interface Offline {
  /** Also keeps these files: the build of the runtime that this machine needs. */
  keep(urls: readonly string[]): void;
  /** Switches to the new version and reloads the page. */
  update(): void;
}

/**
 * Keeps the page and its embedded model for visits without a network, and watches for new versions.
 * @param first the service worker that served this page; another tab may have activated a new one before this code runs
 */
export async function keepOffline(
  first: ServiceWorker | null,
  onState: (change: Partial<OfflineState>) => void,
): Promise<Offline> {
  const workers = navigator.serviceWorker;
  let waiting: ServiceWorker | undefined;
  let takeover: ReturnType<typeof setTimeout> | undefined;
  let updating = sessionStorage.getItem(UPDATE_KEY) !== null;
  sessionStorage.removeItem(UPDATE_KEY);
  // Ends the wait, so that the page does not reload minutes later, during other work.
  if (updating)
    setTimeout(() => {
      updating = false;
      if (waiting?.state === 'installed') onState({ update: 'ready' });
    }, AFTER_RELOAD_MS);

  function reload(): void {
    clearTimeout(takeover);
    location.reload();
  }

  function onWaiting(worker: ServiceWorker): void {
    waiting = worker;
    if (updating) send(worker, { kind: 'take-over' });
    else onState({ update: 'ready' });
  }

  function onChange(): void {
    if (updating) reload();
    else onState({ update: 'elsewhere' });
  }

  function follow(worker: ServiceWorker | null, registration: ServiceWorkerRegistration): void {
    worker?.addEventListener('statechange', () => {
      if (worker.state === 'installed' && registration.active) onWaiting(worker);
      // Storage is full or refused, or the server's files changed meanwhile: the version in use stays.
      if (worker.state === 'redundant' && !registration.active) onState({ kept: 'not kept' });
      // A page without a controller, such as on a first visit, gets no `controllerchange` event.
      if (worker.state === 'activated' && updating) reload();
    });
  }

  workers.addEventListener('controllerchange', onChange);
  if (first && workers.controller !== first) onChange();
  const registration = await workers.register(new URL('sw.js', document.baseURI), { updateViaCache: 'none' });
  if (registration.waiting && registration.active) onWaiting(registration.waiting);
  // The new worker took over while this page was loading, so the page may be of the previous version.
  else if (updating) reload();
  follow(registration.waiting, registration);
  follow(registration.installing, registration);
  registration.addEventListener('updatefound', () => follow(registration.installing, registration));

  const check = () => registration.update().catch(() => undefined);
  setInterval(check, CHECK_INTERVAL_MS);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void check();
  });

  return {
    keep(urls) {
      void workers.ready.then(async ({ active }) => {
        if (active) onState({ kept: (await ask(active, { kind: 'keep', urls })) ? 'kept' : 'not kept' });
      });
    },
    update() {
      updating = true;
      if (waiting?.state !== 'installed') {
        reload();
        return;
      }
      send(waiting, { kind: 'take-over' });
      clearTimeout(takeover);
      takeover = setTimeout(() => {
        if (registration.active) send(registration.active, { kind: 'let-go' });
        sessionStorage.setItem(UPDATE_KEY, '');
        location.reload();
      }, TAKEOVER_MS);
    },
  };
}

function send(worker: ServiceWorker, message: ToServiceWorker): void {
  worker.postMessage(message);
}

/** Sends a message; resolves with whether it worked. */
function ask(worker: ServiceWorker, message: ToServiceWorker): Promise<boolean> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data === true);
    worker.postMessage(message, [port2]);
  });
}
