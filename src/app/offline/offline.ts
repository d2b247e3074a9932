import type { Offline } from '../../offline/page.ts';
import { importCode } from '../../ui/import-code.ts';
import type { AppStore } from '../store.ts';

/**
 * Keeps the built page for visits without a network. Begins once the engine has started or failed: until then the model needs the network.
 * Returns a function that reloads the page in its newest version.
 */
export function startOffline(store: AppStore): () => void {
  // Not during development: cached files would hide the newest edits.
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return () => location.reload();
  let offline: Promise<Offline> | undefined;
  const first = navigator.serviceWorker.controller;
  const begin = async () => (await importCode(() => import('../../offline/page.ts'))).keepOffline(first, change);
  const change = (by: Partial<ReturnType<AppStore['getState']>['offline']>) =>
    store.setState(({ offline: before }) => ({ offline: { ...before, ...by } }));

  store.subscribe(({ engine }, before) => {
    if (engine === before.engine || (engine.phase !== 'ready' && engine.phase !== 'failed')) return;
    offline ??= begin();
    offline.then(
      ({ keep }) => engine.phase === 'ready' && keep(engine.runtime),
      // Private windows, and browsers that may store nothing, refuse. The page works without.
      () => change({ kept: 'not kept' }),
    );
  });
  return () => {
    if (offline) offline.then(({ update }) => update()).catch(() => location.reload());
    else location.reload();
  };
}
