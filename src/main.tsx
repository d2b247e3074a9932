// First: a part's own rules come after the ones that all parts share.
import './app/styles.css';
import { createRoot } from 'react-dom/client';
import { App } from './app/App.tsx';
import { type Beginning, begin } from './app/begin.ts';
import { type Workbench, WorkbenchContext } from './app/context.ts';
import { about } from './app/device/about.ts';
import { followRecent, loadRecent } from './app/find/recent.ts';
import { applyTheme, loadTheme } from './app/header/theme.ts';
import { startOffline } from './app/offline/offline.ts';
import { makeBitmap, makeThumbnail } from './app/photos/thumbnail.ts';
import { createResults } from './app/results/results.ts';
import { createSession } from './app/session.ts';
import { createAppStore } from './app/store.ts';
import { askedTask, EMBEDDED, firstUrl } from './app/url.ts';
import type { PackSource } from './engine/protocol.ts';
import { VpdError } from './errors.ts';
import { isAddress } from './remote/address.ts';
import { importCode } from './ui/import-code.ts';
import { keepFocus } from './ui/keep-focus.ts';

async function fetchFile(url: string): Promise<Blob> {
  const response = await fetch(url);
  if (!response.ok)
    throw new VpdError('network', `${url} could not be fetched (status ${response.status}); reload the page.`);
  return response.blob();
}

applyTheme(loadTheme());
const asked = firstUrl();
const store = createAppStore({
  task: askedTask(asked),
  draft: asked.prompt ?? '',
  prompt: asked.prompt ?? '',
  recent: loadRecent(),
});
followRecent(store);
const results = createResults();
const embedded: PackSource = { url: new URL('models/tiny/', document.baseURI).href };
const session = createSession({
  store,
  results,
  pack: embedded,
  ...(asked.pack && !isAddress(asked.pack) ? { first: { stored: asked.pack } } : {}),
  // Of a model by address the page's own is open until it is here.
  ...(asked.side === undefined || (asked.pack && isAddress(asked.pack)) ? {} : { firstHow: { longSide: asked.side } }),
  ...(asked.backend ? { force: asked.backend } : {}),
  ...(asked.float ? { float: asked.float } : {}),
  ...(asked.capture ? { capture: asked.capture } : {}),
  makeEngine: async (options) => (await importCode(() => import('./engine/client.ts'))).createEngine(options),
  makeThumbnail,
  makeBitmap,
  fetchFile,
  about,
});

/** The model that is asked for, and the one beside it once that is open, be it after a Retry. */
function start(): void {
  const { beside, besideSide } = asked;
  if (beside !== undefined) {
    const source = beside === EMBEDDED ? embedded : { stored: beside };
    const how = besideSide === undefined ? {} : { longSide: besideSide };
    const done = store.subscribe(({ engine }) => {
      if (engine.phase !== 'ready') return;
      done();
      session.secondModel((controller) => controller.compareWith(source, how));
    });
  }
  void session.start();
}

let beginning: Beginning | undefined;
const clear = async (): Promise<void> => beginning?.clear();

const update = startOffline(store);
const workbench: Workbench = { store, results, session, update, clear };
keepFocus();
const root = document.getElementById('root');
if (root)
  createRoot(root).render(
    <WorkbenchContext value={workbench}>
      <App />
    </WorkbenchContext>,
  );

// After the first paint: the page answers before any model code is loaded.
requestAnimationFrame(() =>
  setTimeout(() => {
    beginning = begin({ store, results, session }, asked);
    start();
    void session.findConversions();
    // An address is only shown: nothing is fetched from another host before the user says so.
    const { pack } = asked;
    if (pack && isAddress(pack)) session.shelf((shelf) => shelf.open(pack));
  }),
);
