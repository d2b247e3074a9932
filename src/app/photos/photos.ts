import { toVpdError } from '../../errors.ts';
import { photoBytes } from '../../file-bytes.ts';
import type { MaskHistory } from '../../tasks/refer/masks/masks.ts';
import { NO_WORD } from '../../tasks/refer/view.ts';
import { NO_CLASS } from '../../tasks/segment/view.ts';
import { withPhoto } from '../results/result-keys.ts';
import type { TaskResult } from '../results/results.ts';
import type { SessionParts } from '../session-parts.ts';
import { FIT } from '../stage/view.ts';
import { type PhotoItem, packOf } from '../store.ts';

/** Pictures in memory, at most 12.6 MB each: enough to go back and forth. Any other is decoded again when its photo is looked at. */
const MAX_BITMAPS = 10;

/** Results by what was asked: their keys without the photo. */
export type KnownResults = readonly (readonly [asked: string, result: TaskResult])[];

/** A sample scene, by address. */
export interface SampleItem {
  readonly name: string;
  readonly url: string;
  readonly prompts: readonly string[];
  readonly truth?: string | undefined;
  /** Reads what was computed beforehand: the sample is then shown without the engine. */
  readonly load?: (() => Promise<KnownResults>) | undefined;
}

/** A photo of an earlier visit. */
export interface EarlierPhoto {
  readonly name: string;
  readonly url: string | undefined;
  readonly width: number;
  readonly height: number;
  /** Horizontal field of view in degrees, where its file is known to tell it. */
  readonly fov?: number | undefined;
  file(): Promise<Blob>;
}

export interface Photos {
  /** Adds files to the strip and shows the first; they are decoded as soon as the engine is there. */
  addFiles(files: readonly File[]): void;
  /** Adds files without showing one; gives their ids, in order. */
  bringFiles(files: readonly File[]): readonly string[];
  /** Adds photos of an earlier visit without showing one; they are read when they are looked at. Gives their ids, in order. */
  bringEarlier(photos: readonly EarlierPhoto[]): readonly string[];
  /** What was computed on a photo before, read when the photo is looked at. */
  bringResults(photo: string, load: () => Promise<KnownResults>): void;
  /** Adds sample scenes, by address, without fetching them; gives their ids, in order. */
  addSamples(samples: readonly SampleItem[]): readonly string[];
  /** What came with a sample, read without putting it into memory; of any other photo, nothing. */
  cameWith(photo: string): Promise<KnownResults>;
  /** The photo's own file: from memory, this machine's disk or its address. */
  fileOf(photo: PhotoItem): Promise<Blob>;
  select(photo: string): void;
  /** Puts a photo at another place of the strip, counted from 0. */
  move(photo: string, to: number): void;
  /** Takes a photo of the user's away; the last one can be brought back. */
  remove(photo: string): void;
  /** Gives the id of the photo that is back; undefined where its file could not be read, which is said. */
  undoRemove(): Promise<string | undefined>;
  /** Lets go of the photo that could be brought back. */
  forgetRemoved(): void;
  /** Takes all photos of the user's away, for good. */
  removeAll(): void;
  /** Decodes what was added before there was an engine, or was lost with it. */
  decodeWaiting(): void;
}

/** A removed photo with all that was known of it. */
interface Removed {
  readonly item: PhotoItem;
  readonly at: number;
  readonly selected: boolean;
  readonly masks: MaskHistory | undefined;
  readonly results: readonly (readonly [key: string, result: TaskResult])[];
}

export function createPhotos(parts: SessionParts): Photos {
  const { store, results, engine, report, makeThumbnail, makeBitmap, fetchFile } = parts;
  let added = 0;
  let removed: Removed | undefined;
  const decoding = new Set<string>();
  /** Samples, which are plain pictures, and have results: the page itself decodes them. */
  const plain = new Map<string, () => Promise<KnownResults>>();
  /** Photos that were looked at, the last one last. */
  let looked: readonly string[] = [];
  /** Photos that could be read once: if that fails later, what was found in them stays. */
  const opened = new Set<string>();
  const loaders = new Map<string, (() => Promise<KnownResults>)[]>();

  const find = (id: string) => store.getState().photos.find((photo) => photo.id === id);

  function patch(id: string, change: Partial<PhotoItem>): void {
    store.setState({
      photos: store.getState().photos.map((photo) => (photo.id === id ? { ...photo, ...change } : photo)),
    });
  }

  function drop(id: string): void {
    const { photos, selected } = store.getState();
    const at = photos.findIndex((photo) => photo.id === id);
    const left = photos.filter((photo) => photo.id !== id);
    results.forget(id);
    store.setState({ photos: left });
    if (selected !== id) return;
    // Of several files dropped together, the next one; else the one before.
    const next = left[at] ?? left[at - 1];
    if (next) select(next.id);
    else store.setState({ selected: undefined, crosshair: undefined });
  }

  /** Drops a photo that the engine has or is about to decode. */
  function takeAway(id: string): void {
    drop(id);
    engine()?.forget(id);
  }

  async function fileOf({ id, url, name }: PhotoItem): Promise<Blob> {
    return results.files.get(id) ?? results.sources.get(id)?.() ?? fetchFile(url ?? name);
  }

  async function decode(id: string): Promise<void> {
    const item = find(id);
    const here = plain.has(id);
    if (!item || decoding.has(id) || !(here || engine())) return;
    decoding.add(id);
    try {
      if (here) await decodeHere(item);
      else await decodeThere(item);
    } catch (thrown) {
      failed(item, thrown);
    } finally {
      decoding.delete(id);
    }
  }

  async function decodeThere(item: PhotoItem): Promise<void> {
    const { id, name } = item;
    const worker = engine();
    if (!worker) return;
    const file = results.files.get(id) ?? (await fileOf(item));
    // Removed while it was being read.
    if (!find(id)) return;
    results.files.set(id, file);
    const [info] = await Promise.all([worker.call('addPhoto', { photo: id, name, file }), loadKnown(id)]);
    // Removed while it was being decoded.
    if (!find(id)) return info.bitmap.close();
    results.bitmaps.set(id, info.bitmap);
    const { width, height, fov } = info;
    patch(id, { state: 'ready', width, height, fov });
    opened.add(id);
    if (!item.url) patch(id, { url: await makeThumbnail(info.bitmap) });
    letBitmapsGo();
  }

  /** Keeps the pictures of the photos looked at last, which the one on show is among; those that nobody looked at go first. */
  function letBitmapsGo(): void {
    const kept = [...results.bitmaps.keys()].sort((a, b) => looked.indexOf(a) - looked.indexOf(b));
    for (const id of kept.slice(0, -MAX_BITMAPS)) {
      // Its thumbnail is still to be made.
      if (!find(id)?.url) continue;
      results.bitmaps.get(id)?.close();
      results.bitmaps.delete(id);
      patch(id, { state: 'idle' });
    }
  }

  /** Without the engine, which is told where the photo is in case it needs it. */
  async function decodeHere(item: PhotoItem): Promise<void> {
    const { id, name } = item;
    const known = loadKnown(id);
    const file = await fileOf(item);
    const bitmap = await makeBitmap(file);
    await known;
    results.files.set(id, file);
    results.bitmaps.set(id, bitmap);
    engine()?.offer({ photo: id, name, file });
    const { revision } = store.getState();
    patch(id, { state: 'ready', width: bitmap.width, height: bitmap.height });
    store.setState({ revision: revision + 1 });
    letBitmapsGo();
  }

  /** What is known of a photo already; that it cannot be read costs nothing but the time to compute it. */
  async function loadKnown(id: string): Promise<void> {
    const found = await Promise.all((loaders.get(id) ?? []).map((load) => load().catch((): KnownResults => [])));
    loaders.delete(id);
    const open = packOf(store.getState());
    for (const [asked, result] of found.flat()) {
      const key = withPhoto(id, asked);
      const other = open && result.pack !== undefined && result.pack !== open.hash;
      if (find(id) && !other && !results.get(key)) results.set(key, result);
    }
  }

  function failed(item: PhotoItem, thrown: unknown): void {
    const { code } = toVpdError(thrown);
    // The worker's fault, not the photo's: it stays and is decoded when the engine is back.
    if (code === 'worker-crashed' || code === 'device-lost' || code === 'cancelled') return;
    if (item.source === 'sample' || opened.has(item.id)) patch(item.id, { state: 'idle' });
    else drop(item.id);
    report(thrown);
  }

  function select(id: string): void {
    looked = [...looked.filter((other) => other !== id), id].slice(-MAX_BITMAPS);
    if (find(id)?.state === 'idle') patch(id, { state: 'waiting' });
    const { refer, segment, stage, selected } = store.getState();
    // Locks, selections and the zoom belong to what was on show.
    store.setState({
      selected: id,
      crosshair: undefined,
      stage: id === selected ? stage : { ...stage, view: FIT },
      refer: { ...refer, ...NO_WORD },
      segment: { ...segment, ...NO_CLASS },
    });
    decodeWaiting();
  }

  function decodeWaiting(): void {
    for (const { id, name, state } of store.getState().photos) {
      if (state === 'waiting') void decode(id);
      const file = results.files.get(id);
      // Decoded by the page, perhaps before there was an engine.
      if (state === 'ready' && file && plain.has(id)) engine()?.offer({ photo: id, name, file });
    }
  }

  function bringFiles(files: readonly File[]): readonly string[] {
    const items = files.map((file): PhotoItem => {
      const id = `photo-${++added}`;
      results.files.set(id, file);
      const name = file.name || `pasted ${added}.png`;
      return { id, name, source: 'user', state: 'waiting', url: undefined, width: 0, height: 0, prompts: [] };
    });
    store.setState({ photos: [...store.getState().photos, ...items] });
    return items.map(({ id }) => id);
  }

  function bringResults(id: string, load: () => Promise<KnownResults>): void {
    loaders.set(id, [...(loaders.get(id) ?? []), load]);
  }

  /** Gives the memory of a thumbnail back. */
  function letGo(url: string | undefined): void {
    if (url?.startsWith('blob:')) URL.revokeObjectURL(url);
  }

  function forgetRemoved(): void {
    letGo(removed?.item.url);
    removed = undefined;
    results.removed = undefined;
    store.setState({ removed: undefined });
  }

  return {
    bringFiles,
    fileOf,
    addFiles(files) {
      const [first] = bringFiles(files);
      if (first !== undefined) select(first);
    },
    bringEarlier(photos) {
      const items = photos.map(({ name, url, width, height, fov, file }): PhotoItem => {
        const id = `photo-${++added}`;
        results.sources.set(id, file);
        return { id, name, source: 'user', state: 'idle', url, width, height, fov, prompts: [] };
      });
      store.setState({ photos: [...store.getState().photos, ...items] });
      return items.map(({ id }) => id);
    },
    bringResults,
    // It comes from a server, and can come again.
    cameWith: async (id) =>
      (await plain
        .get(id)?.()
        .catch((): KnownResults => [])) ?? [],
    addSamples(samples) {
      const items = samples.map(({ name, url, prompts, truth, load }): PhotoItem => {
        const id = `sample-${++added}`;
        if (load) {
          plain.set(id, load);
          bringResults(id, load);
        }
        return { id, name, url, prompts, truth, source: 'sample', state: 'idle', width: 0, height: 0 };
      });
      store.setState({ photos: [...items, ...store.getState().photos] });
      return items.map(({ id }) => id);
    },
    select,
    move(id, to) {
      const { photos } = store.getState();
      const item = find(id);
      if (!item || photos.indexOf(item) === to) return;
      const others = photos.filter((photo) => photo !== item);
      store.setState({ photos: [...others.slice(0, Math.max(0, to)), item, ...others.slice(Math.max(0, to))] });
    },
    remove(id) {
      const item = find(id);
      if (!item) return;
      forgetRemoved();
      const { photos, masks, selected } = store.getState();
      removed = {
        item,
        at: photos.indexOf(item),
        selected: selected === id,
        masks: masks[id],
        results: results.ofPhoto(id),
      };
      // In memory: what is removed is deleted from the disk, too.
      results.removed = fileOf(item).then(
        async (file) => new Blob([await photoBytes(file, item.name)], { type: file.type }),
      );
      results.removed.catch(() => undefined);
      takeAway(id);
      store.setState({ removed: item.name });
    },
    async undoRemove() {
      const back = removed;
      const copy = results.removed;
      if (!back || !copy) return undefined;
      const { item, at, masks } = back;
      removed = undefined;
      results.removed = undefined;
      store.setState({ removed: undefined });
      const file = await copy.catch(report);
      if (!file) return undefined;
      results.files.set(item.id, file);
      for (const [key, result] of back.results) results.set(key, result);
      const { photos, masks: lists } = store.getState();
      store.setState({
        photos: [...photos.slice(0, at), { ...item, state: 'idle' }, ...photos.slice(at)],
        masks: masks ? { ...lists, [item.id]: masks } : lists,
      });
      if (back.selected) select(item.id);
      return item.id;
    },
    forgetRemoved,
    removeAll() {
      forgetRemoved();
      const { photos, selected } = store.getState();
      const own = photos.filter(({ source }) => source === 'user');
      // First, or one after the other would be shown, and decoded, before it goes.
      const sample = photos.find(({ source }) => source === 'sample');
      if (own.some(({ id }) => id === selected)) {
        if (sample) select(sample.id);
        else store.setState({ selected: undefined, crosshair: undefined });
      }
      for (const { id, url } of own) {
        takeAway(id);
        letGo(url);
      }
    },
    decodeWaiting,
  };
}
