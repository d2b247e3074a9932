import { VpdError } from '../../errors.ts';
import { photoBytes } from '../../file-bytes.ts';
import type { Folder } from '../../storage/files/folder.ts';
import { type KeptFile, type KeptPhoto, MAX_KEPT_RESULTS } from '../../storage/session/record.ts';
import type { KeptResult } from '../../storage/session/result-file.ts';
import { clearSession, type NewFile, writeSession } from '../../storage/session/session.ts';
import { MAX_PHOTOS, type Snapshot } from '../../storage/session/snapshot.ts';
import { photoOf } from '../results/result-keys.ts';
import type { TaskResult } from '../results/results.ts';
import { type AppState, type PhotoItem, packOf } from '../store.ts';
import type { LastWords } from './last-words.ts';
import type { Ledger } from './ledger.ts';
import type { KeepParts } from './parts.ts';
import { takeSnapshot } from './snapshot.ts';

/** Changes are written when nothing has changed for this long… */
const PAUSE_MS = 400;
/** …but no later than this after the first. */
const LATEST_MS = 3000;

export interface Autosave {
  start(): void;
  /** Stops writing until `start`, once what is being written is written. */
  stop(): Promise<void>;
  /** Deletes all that was written, and goes on with what there is from now on. */
  clear(): Promise<void>;
}

/** Parts of the state that outlive a reload: those of the snapshot, and with `revision` the results. */
const KEPT = {
  photos: true,
  selected: true,
  task: true,
  draft: true,
  prompt: true,
  masks: true,
  layers: true,
  depth: true,
  refer: true,
  segment: true,
  stage: true,
  revision: true,
} satisfies Record<Exclude<keyof Snapshot, 'version'> | 'revision', true>;

/** What a task shows; what is computed from it on demand is computed again. */
function keptResult({ task, result }: TaskResult): KeptResult | undefined {
  switch (task) {
    case 'depth':
      return { task, result };
    case 'refer':
      return { task, result };
    case 'segment':
      return { task, result };
    default:
      return undefined;
  }
}

/** What computed a result that is worth keeping, and where; of what came with a sample, and can come again, undefined. */
function namedFor({ pack, origin }: TaskResult): Pick<KeptFile, 'pack' | 'origin'> | undefined {
  if (pack === undefined) return origin && { pack: origin.pack.hash, origin };
  return origin ? undefined : { pack };
}

/** The photos that a snapshot names: more than it has room for are not kept. */
function keptPhotos({ photos }: AppState, snapshot: Snapshot): readonly PhotoItem[] {
  const ids = new Set(snapshot.photos.map(({ id }) => id));
  return photos.filter(({ id }) => ids.has(id));
}
const isOwn = ({ source }: PhotoItem): boolean => source === 'user';

/** What the snapshot leaves out of `stage`, `refer` and `segment`: it changes with every move of the pointer. */
const PASSING: ReadonlySet<string> = new Set(['size', 'view', 'hovered']);

/** Whether two forms of a part are written down the same. */
const isSame = (part: object, old: object): boolean =>
  part === old || Object.entries(part).every(([name, value]) => PASSING.has(name) || value === Reflect.get(old, name));

function keepsChange(state: AppState, before: AppState): boolean {
  const { stage, refer, segment, ...parts }: Pick<AppState, keyof typeof KEPT> = state;
  const old: Readonly<Record<string, unknown>> = { ...before };
  return (
    Object.entries(parts).some(([name, part]) => name in KEPT && part !== old[name]) ||
    !isSame(stage, before.stage) ||
    !isSame(refer, before.refer) ||
    !isSame(segment, before.segment)
  );
}

/** Writes the session down in the background whenever it has changed. A failure is said once, until writing works again. */
export function createAutosave(
  { store, results, session }: KeepParts,
  folder: Folder,
  ledger: Ledger,
  words: LastWords,
): Autosave {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let first: number | undefined;
  let last = '';
  let failing = false;
  /** Results that the session had no room for: they are not offered again. */
  const refused = new WeakSet<TaskResult>();
  /** Files that cannot be read any more, which was said. */
  const gone = new WeakSet<Blob>();
  /** Whether there are photos that the session has no room for. */
  let full = false;
  /** Writes that were asked for and are not done. */
  let pending = 0;
  let writing: Promise<void> = Promise.resolve();
  let unsubscribe: (() => void) | undefined;

  /** One that is not would keep the rest of the session from being written. */
  async function isReadable(file: Blob, name: string): Promise<boolean> {
    try {
      await photoBytes(file.slice(0, 1), name);
      return true;
    } catch (thrown) {
      if (!gone.has(file)) session.tell(thrown);
      gone.add(file);
      return false;
    }
  }

  async function photoRecord(photo: PhotoItem, fresh: NewFile[]): Promise<KeptPhoto | undefined> {
    const { id, name, url, width, height, fov } = photo;
    const known = ledger.photos.get(id);
    const file = known ? undefined : results.files.get(id);
    if (!known && !(file && (await isReadable(file, name)))) return undefined;
    const named = known ?? { file: `photo-${crypto.randomUUID()}`, type: file?.type ?? '', thumbnail: undefined };
    if (file) fresh.push({ name: named.file, content: file });
    let { thumbnail } = named;
    if (thumbnail === undefined && url?.startsWith('blob:')) {
      thumbnail = `small-${crypto.randomUUID()}`;
      // An address of the page's own memory.
      fresh.push({ name: thumbnail, content: await (await fetch(url)).blob() });
    }
    return { photo: id, file: named.file, type: named.type, width, height, fov, thumbnail };
  }

  /** Files of the results of these photos; of what was computed here by a model that is not open any more, none. */
  function resultRecords(
    photos: readonly PhotoItem[],
    state: AppState,
    fresh: NewFile[],
  ): Map<string, readonly [KeptFile, TaskResult?]> {
    const open = packOf(state)?.hash;
    const ids = new Set(photos.map(({ id }) => id));
    const records = new Map<string, readonly [KeptFile, TaskResult?]>();
    for (const [key, kept] of ledger.results)
      if (ids.has(photoOf(key)) && (open === undefined || open === kept.pack || kept.origin)) records.set(key, [kept]);
    for (const [key, result] of photos.flatMap(({ id }) => results.ofPhoto(id))) {
      const content = keptResult(result);
      const named = namedFor(result);
      if (!content || !named || refused.has(result)) continue;
      if (ledger.held.get(key)?.deref() === result && ledger.results.has(key)) continue;
      const file = `result-${crypto.randomUUID()}`;
      fresh.push({ name: file, content });
      records.set(key, [{ key, file, ...named }, result]);
    }
    return records;
  }

  /** Once, until there is room again. */
  function tellIfFull(beyond: number): void {
    if (beyond > 0 && !full)
      session.tell(
        new VpdError(
          'storage',
          `A session keeps the first ${MAX_PHOTOS} photos of the strip: those after them are gone when the page is closed or reloaded. Remove photos that you no longer need.`,
        ),
      );
    full = beyond > 0;
  }

  async function write(): Promise<void> {
    // A removed photo's copy is made of the file that is about to be deleted.
    await results.removed?.catch(() => undefined);
    const state = store.getState();
    const left = words.read();
    const fresh: NewFile[] = [];
    const snapshot = takeSnapshot(state);
    const all = keptPhotos(state, snapshot);
    tellIfFull(state.photos.length - all.length);
    const photos = (await Promise.all(all.filter(isOwn).map((photo) => photoRecord(photo, fresh)))).filter(
      (each) => each !== undefined,
    );
    const records = resultRecords(all, state, fresh);
    // The first ones give way where there is no room: what a report brought comes last, as nothing could compute it again.
    const kept = [...records.values()]
      .map(([file]) => file)
      .sort((a, b) => Number(a.origin !== undefined) - Number(b.origin !== undefined))
      .slice(-MAX_KEPT_RESULTS);
    const record = { snapshot, photos, results: kept };
    const text = JSON.stringify(record);
    if (text !== last) {
      const { forgotten } = ledger;
      const written = await writeSession(folder, record, fresh);
      last = JSON.stringify(written);
      ledger.photos.clear();
      for (const kept of written.photos) ledger.photos.set(kept.photo, kept);
      ledger.results.clear();
      for (const kept of ledger.forgotten === forgotten ? written.results : []) {
        ledger.results.set(kept.key, kept);
        const result = records.get(kept.key)?.[1];
        if (result) ledger.held.set(kept.key, new WeakRef(result));
      }
      for (const [key, [, result = ledger.held.get(key)?.deref()]] of records)
        if (result && ledger.forgotten === forgotten && !ledger.results.has(key)) refused.add(result);
      // What is not on the disk any more is written again if it comes back.
      for (const key of [...ledger.held.keys()]) if (!ledger.results.has(key)) ledger.held.delete(key);
    }
    words.forget(left);
    failing = false;
    if (timer === undefined && pending === 1) store.setState({ saved: 'saved' });
  }

  function save(): void {
    clearTimeout(timer);
    timer = undefined;
    first = undefined;
    pending++;
    writing = writing
      .then(write)
      .catch((thrown: unknown) => {
        store.setState({ saved: 'off' });
        if (!failing) session.tell(thrown);
        failing = true;
      })
      .finally(() => {
        pending--;
      });
  }

  function schedule(): void {
    first ??= Date.now();
    clearTimeout(timer);
    timer = setTimeout(save, Math.max(0, Math.min(PAUSE_MS, first + LATEST_MS - Date.now())));
    if (store.getState().saved !== 'changed') store.setState({ saved: 'changed' });
  }

  /**
   * What is known of the session without waiting for anything: photos and results as they are on the disk already. Without a photo that is
   * still on its way there nothing is left: the record being written knows more.
   */
  function leaveWords(): void {
    const state = store.getState();
    if (state.saved !== 'changed') return;
    const snapshot = takeSnapshot(state);
    const all = keptPhotos(state, snapshot);
    const own = all.filter(isOwn);
    const photos = own.map(({ id }) => ledger.photos.get(id)).filter((kept) => kept !== undefined);
    if (photos.length < own.length) {
      words.forget(words.read());
      return;
    }
    const ids = new Set(all.map(({ id }) => id));
    words.write({
      snapshot,
      photos,
      results: [...ledger.results.values()].filter(({ key }) => ids.has(photoOf(key))),
    });
  }

  const hide = (): void => {
    if (document.visibilityState !== 'hidden') return;
    leaveWords();
    if (timer !== undefined) save();
  };
  const leave = (): void => {
    leaveWords();
    save();
  };

  function start(): void {
    unsubscribe ??= store.subscribe((state, before) => {
      if (keepsChange(state, before)) schedule();
    });
    document.addEventListener('visibilitychange', hide);
    window.addEventListener('pagehide', leave);
    store.setState({ saved: 'saved' });
    if (words.read() !== undefined) schedule();
  }

  async function stop(): Promise<void> {
    unsubscribe?.();
    unsubscribe = undefined;
    document.removeEventListener('visibilitychange', hide);
    window.removeEventListener('pagehide', leave);
    clearTimeout(timer);
    timer = undefined;
    await writing;
    last = '';
  }

  return {
    start,
    stop,
    async clear() {
      const before = store.getState();
      let cleared = false;
      try {
        await stop();
        ledger.photos.clear();
        ledger.results.clear();
        ledger.held.clear();
        words.forget(words.read());
        await clearSession(folder);
        cleared = true;
      } finally {
        start();
        // What a failure left is written over, and nobody saw what has changed meanwhile.
        if (!cleared || keepsChange(store.getState(), before)) schedule();
      }
    },
  };
}
