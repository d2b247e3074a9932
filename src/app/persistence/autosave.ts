import { VpdError } from '../../errors.ts';
import { photoBytes } from '../../file-bytes.ts';
import type { Folder } from '../../storage/files/folder.ts';
import { clearSession, writeSession } from '../../storage/session/session.ts';
import { MAX_PHOTOS, type Snapshot } from '../../storage/session/snapshot.ts';
import { TASK_IDS } from '../../vpd/config.ts';
import type { AppState } from '../store.ts';
import { collectRecord, recordOnDisk } from './collect-record.ts';
import type { Ledger } from './ledger.ts';
import type { KeepParts } from './parts.ts';
import type { UnloadRecord } from './unload-record.ts';

/** Changes are written when nothing has changed for this long… */
const PAUSE_MS = 400;
/** …but no later than this after the first change. */
const LATEST_MS = 3000;

export interface Autosave {
  start(): void;
  /** Stops writing until `start`; resolves when the current write is done. */
  stop(): Promise<void>;
  /** Deletes the session on disk; changes from then on are written again. */
  clear(): Promise<void>;
}

/** Parts of a snapshot with fields that are not saved. */
const PARTLY_SAVED = ['stage', ...TASK_IDS] as const;
/** Parts of the state that are saved as a whole: those of the snapshot, and with `revision` the results. */
const SAVED = {
  photos: true,
  selected: true,
  task: true,
  draft: true,
  prompt: true,
  masks: true,
  layers: true,
  revision: true,
} satisfies Record<Exclude<keyof Snapshot, 'version' | (typeof PARTLY_SAVED)[number]> | 'revision', true>;

/** Fields of parts that are not saved, since they change with every move of the pointer. */
const NOT_SAVED: ReadonlySet<string> = new Set(['size', 'view', 'closeUp', 'hovered', 'hoveredMask']);

/** True if two values of a part are saved as the same. */
const isSame = (part: object, previous: object): boolean =>
  part === previous ||
  Object.entries(part).every(([name, value]) => NOT_SAVED.has(name) || value === Reflect.get(previous, name));

/** True if a change of the state has to be saved. */
function isSavedChange(state: AppState, before: AppState): boolean {
  const parts: Pick<AppState, keyof typeof SAVED> = state;
  const previous: Readonly<Record<string, unknown>> = { ...before };
  return (
    Object.entries(parts).some(([name, part]) => name in SAVED && part !== previous[name]) ||
    PARTLY_SAVED.some((name) => !isSame(state[name], before[name]))
  );
}

/** Writes the session to disk in the background whenever it has changed. A failure is reported once, until a write succeeds again. */
export function createAutosave(
  { store, results, media, session }: KeepParts,
  folder: Folder,
  ledger: Ledger,
  unload: UnloadRecord,
): Autosave {
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Time of the first change that is not written. */
  let firstChange: number | undefined;
  /** JSON of the record that was written last. */
  let lastWritten = '';
  let failing = false;
  /** Photo files that cannot be read, which was reported. */
  const unreadable = new WeakSet<Blob>();
  /** Whether the strip has more photos than a session, which was reported. */
  let full = false;
  /** Number of writes that are queued or running. */
  let pending = 0;
  let writing: Promise<void> = Promise.resolve();
  let unsubscribe: (() => void) | undefined;

  async function isReadable(file: Blob, name: string): Promise<boolean> {
    try {
      await photoBytes(file.slice(0, 1), name);
      return true;
    } catch (thrown) {
      if (!unreadable.has(file)) session.showError(thrown);
      unreadable.add(file);
      return false;
    }
  }

  /** Reports photos beyond MAX_PHOTOS, once until there is room again. */
  function reportIfFull(beyond: number): void {
    if (beyond > 0 && !full)
      session.showError(
        new VpdError(
          'storage',
          `A session keeps the first ${MAX_PHOTOS} photos of the strip: those after them are gone when the page is closed or reloaded. Remove photos that you no longer need.`,
        ),
      );
    full = beyond > 0;
  }

  async function write(): Promise<void> {
    // The copy of a removed photo is read from a file that this write deletes.
    await media.removed?.catch(() => undefined);
    const state = store.getState();
    const left = unload.read();
    const { record, files, offered } = await collectRecord(state, { results, media }, ledger, isReadable);
    reportIfFull(state.photos.length - record.snapshot.photos.length);
    if (JSON.stringify(record) !== lastWritten) {
      const { forgotten } = ledger;
      const written = await writeSession(folder, record, files);
      lastWritten = JSON.stringify(written);
      ledger.accept(written, offered, forgotten);
    }
    unload.forget(left);
    failing = false;
    if (timer === undefined && pending === 1) store.setState({ saved: 'saved' });
  }

  function save(): void {
    clearTimeout(timer);
    timer = undefined;
    firstChange = undefined;
    pending++;
    writing = writing
      .then(write)
      .catch((thrown: unknown) => {
        store.setState({ saved: 'off' });
        if (!failing) session.showError(thrown);
        failing = true;
      })
      .finally(() => {
        pending--;
      });
  }

  function schedule(): void {
    firstChange ??= Date.now();
    clearTimeout(timer);
    timer = setTimeout(save, Math.max(0, Math.min(PAUSE_MS, firstChange + LATEST_MS - Date.now())));
    if (store.getState().saved !== 'changed') store.setState({ saved: 'changed' });
  }

  /** Stores unwritten changes in the unload record. If a photo is not on disk yet, the record that is being written is more complete. */
  function writeUnloadRecord(): void {
    const state = store.getState();
    if (state.saved !== 'changed') return;
    const record = recordOnDisk(state, ledger);
    if (record) unload.write(record);
    else unload.forget(unload.read());
  }

  const onVisibilityChange = (): void => {
    if (document.visibilityState !== 'hidden') return;
    writeUnloadRecord();
    if (timer !== undefined) save();
  };
  const onPageHide = (): void => {
    writeUnloadRecord();
    save();
  };

  function start(): void {
    unsubscribe ??= store.subscribe((state, before) => {
      if (isSavedChange(state, before)) schedule();
    });
    document.addEventListener('visibilitychange', onVisibilityChange);
    window.addEventListener('pagehide', onPageHide);
    store.setState({ saved: 'saved' });
    if (unload.read() !== undefined) schedule();
  }

  async function stop(): Promise<void> {
    unsubscribe?.();
    unsubscribe = undefined;
    document.removeEventListener('visibilitychange', onVisibilityChange);
    window.removeEventListener('pagehide', onPageHide);
    clearTimeout(timer);
    timer = undefined;
    await writing;
    lastWritten = '';
  }

  return {
    start,
    stop,
    async clear() {
      const before = store.getState();
      let cleared = false;
      try {
        await stop();
        ledger.clear();
        unload.forget(unload.read());
        await clearSession(folder);
        cleared = true;
      } finally {
        start();
        // A failure may leave files, which a write replaces; changes made while writing was stopped were not noticed.
        if (!cleared || isSavedChange(store.getState(), before)) schedule();
      }
    },
  };
}
