import type { ToServiceWorker } from './files.ts';
import type { OfflineState } from './state.ts';

/** A page may stay open for days. */
const CHECK_INTERVAL_MS = 60 * 60 * 1000;
/** The service worker in use leaves when it has answered all that it was asked. A server that hangs would keep it for minutes. */
const PATIENCE_MS = 5_000;
/** In this tab's storage: the new version was asked for before the page was loaded again. */
const ASKED = 'update asked';

export interface Offline {
  /** Keeps these files too, of the runtime that this machine needs. */
  keep(urls: readonly string[]): void;
  /** Puts the new version to use: the page loads again. */
  update(): void;
}

/**
 * Keeps the page and its embedded model for visits without a network, and watches for new versions.
 * @param first the service worker that answered the page's own request: another tab may put a new one to use before this code is here
 */
export async function keepOffline(
  first: ServiceWorker | null,
  onState: (change: Partial<OfflineState>) => void,
): Promise<Offline> {
  const workers = navigator.serviceWorker;
  let waiting: ServiceWorker | undefined;
  let asked = sessionStorage.getItem(ASKED) !== null;
  sessionStorage.removeItem(ASKED);
  // Now or when asked again; not minutes later, in the middle of something else.
  if (asked)
    setTimeout(() => {
      asked = false;
      if (waiting?.state === 'installed') onState({ update: 'ready' });
    }, PATIENCE_MS);

  function onWaiting(worker: ServiceWorker): void {
    waiting = worker;
    if (asked) send(worker, { kind: 'take-over' });
    else onState({ update: 'ready' });
  }

  function onChange(): void {
    if (asked) location.reload();
    else onState({ update: 'elsewhere' });
  }

  function follow(worker: ServiceWorker | null, registration: ServiceWorkerRegistration): void {
    worker?.addEventListener('statechange', () => {
      if (worker.state === 'installed' && registration.active) onWaiting(worker);
      // The browser's storage is full or refused, or the server changed meanwhile: the version in use stays.
      if (worker.state === 'redundant' && !registration.active) onState({ kept: 'not kept' });
      // A page that no service worker serves yet, such as a first visit's, hears of no change of its controller.
      if (worker.state === 'activated' && asked) location.reload();
    });
  }

  workers.addEventListener('controllerchange', onChange);
  if (first && workers.controller !== first) onChange();
  const registration = await workers.register(new URL('sw.js', document.baseURI), { updateViaCache: 'none' });
  if (registration.waiting && registration.active) onWaiting(registration.waiting);
  // It took over while this page was on its way, so the page may still be of the version before.
  else if (asked) location.reload();
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
      asked = true;
      if (waiting?.state !== 'installed') {
        location.reload();
        return;
      }
      send(waiting, { kind: 'take-over' });
      setTimeout(() => {
        if (registration.active) send(registration.active, { kind: 'let-go' });
        sessionStorage.setItem(ASKED, '');
        location.reload();
      }, PATIENCE_MS);
    },
  };
}

function send(worker: ServiceWorker, message: ToServiceWorker): void {
  worker.postMessage(message);
}

/** Sends a message and waits for the word whether it worked. */
function ask(worker: ServiceWorker, message: ToServiceWorker): Promise<boolean> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data === true);
    worker.postMessage(message, [port2]);
  });
}
