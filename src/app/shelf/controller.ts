import type { OpenOptions, PackSource } from '../../engine/protocol.ts';
import { toVpdError } from '../../errors.ts';
import { callShelf, type ShelfCallOptions } from '../../storage/shelf/client.ts';
import { saveFile } from '../../ui/download.ts';
import { createPaceMeter } from '../pace.ts';
import { type AppStore, deviceOf } from '../store.ts';
import { NO_SHELF, type ShelfState, type Use } from './state.ts';

/** Everything the shelf's dialog can do. */
export interface ShelfController {
  /** Opens the dialog, with the address box filled if an address is given; no request is sent before the user asks for it. */
  open(address?: string): Promise<void>;
  close(): void;
  /** Finds out what is at the typed address. */
  lookUp(): Promise<void>;
  stopLooking(): void;
  /** Downloads the pack at an address; with the id of an unfinished download, continues that one. */
  download(address: string, name: string, id?: string): Promise<void>;
  importFiles(files: readonly File[]): Promise<void>;
  exportZip(id: string, name: string): Promise<void>;
  exportFolder(id: string, name: string): Promise<void>;
  verify(id: string, name: string): Promise<void>;
  rename(id: string, name: string): Promise<void>;
  remove(id: string): Promise<void>;
  /** Opens a stored pack in place of the open one, or as second model. If it does not fit the device, shows what can be done instead. */
  openStored(use: Use, id: string, how?: OpenOptions): Promise<void>;
  /** As `openStored`, with the page's own pack, which fits every device. */
  openEmbedded(use: Use): Promise<void>;
  dismissMisfit(): void;
  /** Stops the running job; what a download has stored stays. */
  cancel(): void;
  /** Asks the browser not to delete what is stored when the disk is full. */
  persist(): Promise<void>;
}

/** The parts of the session that the shelf needs. */
interface ShelfParts {
  readonly store: AppStore;
  /** The pack that comes with the page. */
  readonly embedded: PackSource;
  openPack(pack: PackSource, how?: OpenOptions): Promise<boolean>;
  compareWith(pack: PackSource, how?: OpenOptions): void;
  showError(thrown: unknown): void;
}

/** Not yet known to TypeScript's library. */
interface FolderPicker {
  showDirectoryPicker(options: { readonly mode: 'readwrite' }): Promise<FileSystemDirectoryHandle>;
}
const picksFolders = (scope: object): scope is FolderPicker => 'showDirectoryPicker' in scope;
export const canExportFolder = picksFolders(window);

export function createShelfController({
  store,
  embedded,
  openPack,
  compareWith,
  showError,
}: ShelfParts): ShelfController {
  let stop: AbortController | undefined;
  let looking: AbortController | undefined;

  const state = (): ShelfState => store.getState().shelf ?? NO_SHELF;
  const set = (change: Partial<ShelfState>): void => store.setState({ shelf: { ...state(), ...change } });
  const device = () => deviceOf(store.getState());

  function fail(thrown: unknown): void {
    const error = toVpdError(thrown);
    if (error.code === 'cancelled') return;
    set({ message: { tone: 'bad', text: error.message } });
    // A closed dialog cannot show the message.
    if (!state().shown) showError(thrown);
  }

  async function refresh(): Promise<void> {
    set({ list: await callShelf('list', {}) });
  }

  /** Runs one job with progress, pace and cancel; `done` returns the message of its success. Returns undefined if it failed. */
  async function work<T>(
    title: string,
    run: (options: ShelfCallOptions) => Promise<T>,
    done: (result: T) => string,
  ): Promise<T | undefined> {
    if (stop) {
      set({
        message: { tone: 'bad', text: `Wait until this has ended, or cancel it: ${state().job?.title ?? 'work'}.` },
      });
      return undefined;
    }
    const mine = new AbortController();
    stop = mine;
    const pace = createPaceMeter();
    set({ job: { title, progress: { label: 'Starting', done: 0, total: 0 }, pace: undefined }, message: undefined });
    let label = '';
    try {
      const result = await run({
        signal: mine.signal,
        onProgress(progress) {
          // Hashing stored bytes and waiting for a lost connection say nothing about the rate of the download.
          if (progress.label !== label) pace.restart();
          label = progress.label;
          const measured = pace.record(progress.done, progress.total, performance.now());
          set({ job: { title, progress, pace: measured ?? state().job?.pace } });
        },
      });
      set({ message: { tone: 'good', text: done(result) } });
      return result;
    } catch (thrown) {
      fail(thrown);
      return undefined;
    } finally {
      stop = undefined;
      set({ job: undefined });
      await refresh().catch(() => undefined);
    }
  }

  /** Makes a short change and lists the models again. */
  async function change(run: () => Promise<unknown>): Promise<void> {
    set({ message: undefined });
    try {
      await run();
      await refresh();
    } catch (thrown) {
      fail(thrown);
    }
  }

  /** Closes the dialog and opens a pack, or compares with it. */
  async function openAs(use: Use, pack: PackSource, how?: OpenOptions): Promise<void> {
    set({ misfit: undefined, shown: false });
    if (use === 'load') await openPack(pack, how);
    else compareWith(pack, how);
  }

  /** Reads the facts of the page's own pack. A failure is ignored: its row then lacks them. */
  async function describeEmbedded(): Promise<void> {
    if (state().embedded || !('url' in embedded)) return;
    const facts = await callShelf('describe', { address: embedded.url }).catch(() => undefined);
    set({ embedded: facts });
  }

  return {
    async open(address) {
      set({ shown: true, message: undefined, ...(address === undefined ? {} : { address, found: undefined }) });
      const persisted = await navigator.storage?.persisted?.().catch(() => undefined);
      set({ persisted });
      await Promise.all([refresh().catch(fail), describeEmbedded()]);
    },
    close: () => set({ shown: false, message: undefined, misfit: undefined }),
    async lookUp() {
      const { address } = state();
      looking?.abort();
      const mine = new AbortController();
      looking = mine;
      set({ looking: true, found: undefined, message: undefined });
      try {
        const found = await callShelf('lookUp', { address, device: device() }, { signal: mine.signal });
        if (state().address === address) set({ found });
      } catch (thrown) {
        fail(thrown);
      }
      if (looking === mine) set({ looking: false });
    },
    stopLooking: () => looking?.abort(),
    async download(address, name, id) {
      const stored = await work(
        `Downloading ${name}`,
        (options) => callShelf('download', { address, id }, options),
        () => `${name} is stored in this browser.`,
      );
      // The user may have typed another address meanwhile.
      const { found } = state();
      const shown = found?.kind === 'pack' && found.address === address;
      if (stored !== undefined && shown) set({ found: undefined, address: '' });
    },
    async importFiles(files) {
      set({ shown: true });
      await work(
        'Importing a model',
        (options) => callShelf('importFiles', { files }, options),
        () => 'The model is stored in this browser.',
      );
    },
    async exportZip(id, name) {
      await work(
        `Packing ${name}`,
        async (options) => saveFile(`${id}.zip`, await callShelf('exportZip', { id }, options), 'application/zip'),
        () => `${name} was handed to the browser’s downloads.`,
      );
    },
    async exportFolder(id, name) {
      if (!picksFolders(window)) return;
      const folder = await window.showDirectoryPicker({ mode: 'readwrite' }).catch(() => undefined);
      if (!folder) return;
      await work(
        `Writing ${name}`,
        (options) => callShelf('exportFolder', { id, folder }, options),
        () => `${name} was written into ${folder.name}/${id}.`,
      );
    },
    async verify(id, name) {
      await work(
        `Checking ${name}`,
        (options) => callShelf('verify', { id }, options),
        () => `${name}: every file has the expected hash.`,
      );
    },
    rename: (id, name) => change(() => callShelf('rename', { id, name })),
    remove: (id) => change(() => callShelf('remove', { id })),
    async openStored(use, id, how = {}) {
      const on = device();
      if (on && how.longSide === undefined && !how.anyway)
        try {
          const report = await callShelf('fit', { id, device: on });
          if (report.problems.length > 0) return set({ misfit: { id, report, use } });
        } catch (thrown) {
          return fail(thrown);
        }
      await openAs(use, { stored: id }, how);
    },
    openEmbedded: (use) => openAs(use, embedded),
    dismissMisfit: () => set({ misfit: undefined }),
    cancel: () => stop?.abort(),
    async persist() {
      const persisted = await navigator.storage.persist().catch(() => false);
      set({
        persisted,
        message: persisted
          ? { tone: 'good', text: 'The browser keeps what is stored here until you delete it.' }
          : {
              tone: 'bad',
              text: 'The browser did not promise to keep the models. It does for pages that are visited often or bookmarked; until then it may delete them when the disk is full.',
            },
      });
    },
  };
}
