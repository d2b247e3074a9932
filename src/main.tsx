// Imported first, so that the rules of single components override the shared ones.
import './app/styles.css';
import { createRoot } from 'react-dom/client';
import { App } from './app/App.tsx';
import { type Workbench, WorkbenchContext } from './app/context.ts';
import { about } from './app/device/about.ts';
import { followRecent, loadRecent } from './app/find/recent.ts';
import { applyTheme, loadTheme } from './app/header/theme.ts';
import { askBeforeLeaving } from './app/offline/leaving.ts';
import { startOffline } from './app/offline/offline.ts';
import { type OpenSession, openSession } from './app/open-session.ts';
import { createMedia } from './app/photos/media.ts';
import { makeBitmap, makeThumbnail } from './app/photos/thumbnail.ts';
import { createResults } from './app/results/results.ts';
import { createSession } from './app/session.ts';
import { createAppStore } from './app/store.ts';
import { EMBEDDED, firstUrl, requestedTask } from './app/url.ts';
import type { PackSource } from './engine/protocol.ts';
import { VpdError } from './errors.ts';
import { isAddress } from './remote/address.ts';
import { REFER_VIEW } from './tasks/refer/view.ts';
import { importCode } from './ui/import-code.ts';
import { keepFocus } from './ui/keep-focus.ts';

async function fetchFile(url: string): Promise<Blob> {
  const response = await fetch(url);
  if (!response.ok)
    throw new VpdError('network', `${url} could not be fetched (status ${response.status}); reload the page.`);
  return response.blob();
}

applyTheme(loadTheme());
const requested = firstUrl();
const store = createAppStore({
  task: requestedTask(requested),
  draft: requested.prompt ?? '',
  prompt: requested.prompt ?? '',
  refer: { ...REFER_VIEW, zeroShot: requested.zeroShot },
  truth: requested.truth,
  recent: loadRecent(),
});
followRecent(store);
const results = createResults();
const media = createMedia();
const embedded: PackSource = { url: new URL('models/tiny/', document.baseURI).href };
const session = createSession({
  store,
  results,
  media,
  pack: embedded,
  ...(requested.pack && !isAddress(requested.pack) ? { first: { stored: requested.pack } } : {}),
  // `side` belongs to the requested model. One at another address is downloaded later; until then the page's own model is open.
  ...(requested.side === undefined || (requested.pack && isAddress(requested.pack))
    ? {}
    : { firstHow: { longSide: requested.side } }),
  ...(requested.backend ? { force: requested.backend } : {}),
  ...(requested.float ? { float: requested.float } : {}),
  ...(requested.capture ? { capture: requested.capture } : {}),
  makeEngine: async (options) => (await importCode(() => import('./engine/client.ts'))).createEngine(options),
  makeThumbnail,
  makeBitmap,
  fetchFile,
  about,
});

/** Opens the requested model and, once it is open (possibly after Retry), the requested second model. */
function start(): void {
  const { beside, besideSide } = requested;
  if (beside !== undefined) {
    const source = beside === EMBEDDED ? embedded : { stored: beside };
    const how = besideSide === undefined ? {} : { longSide: besideSide };
    const done = store.subscribe(({ engine }) => {
      if (engine.phase !== 'ready') return;
      done();
      // The user may have chosen another one meanwhile.
      if (store.getState().secondModel) return;
      session.secondModel((controller) => controller.compareWith(source, how));
    });
  }
  void session.start();
}

let openedSession: OpenSession | undefined;
const clear = async (): Promise<void> => openedSession?.clear();

const reload = startOffline(store);
const stopAsking = askBeforeLeaving(store, window);
/** The card that offers the new version has said what the reload loses. */
const update = (): void => {
  stopAsking();
  reload();
};
const workbench: Workbench = { store, results, media, session, update, clear };
keepFocus();
const root = document.getElementById('root');
if (root)
  createRoot(root).render(
    <WorkbenchContext value={workbench}>
      <App />
    </WorkbenchContext>,
  );

// After the first paint, so that the page can be used before any model code is loaded.
requestAnimationFrame(() =>
  setTimeout(() => {
    openedSession = openSession({ store, results, media, session }, requested);
    start();
    void session.findConversions();
    // An address is only filled in: nothing is fetched from another host before the user asks for it.
    const { pack } = requested;
    if (pack && isAddress(pack)) session.shelf((shelf) => shelf.open(pack));
  }),
);
