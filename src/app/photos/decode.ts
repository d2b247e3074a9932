import { toVpdError } from '../../errors.ts';
import { withPhoto } from '../results/result-keys.ts';
import { type KnownResults, staysWith } from '../results/results.ts';
import type { SessionParts } from '../session-parts.ts';
import { type PhotoItem, packOf } from '../store.ts';
import { freeThumbnail } from './thumbnail.ts';

/** Maximum number of decoded pictures in memory, at most 12.6 MB each. Other photos are decoded again when they are selected. */
const MAX_BITMAPS = 10;

/** Loads photos' pictures and their saved results into memory. */
export interface Decoding {
  /** Decodes photos that wait for the engine: added before it was loaded, or lost with its worker. */
  decodeWaiting(): void;
  /** Registers saved results of a photo, which are loaded when the photo is decoded. */
  registerResults(photo: string, load: () => Promise<KnownResults>): void;
  /** Loads the results supplied with a sample without storing them; none for any other photo. */
  suppliedResults(photo: string): Promise<KnownResults>;
  /** Registers a sample that has supplied results. The page decodes its picture itself, without the engine. */
  registerSample(photo: string, load: () => Promise<KnownResults>): void;
  /** Marks a photo as the last one selected: its picture is evicted last. */
  markSelected(photo: string): void;
  /** Drops the decoding of a photo that was removed. If the photo is restored, it is decoded again. */
  forgetDecoding(photo: string): void;
}

/** Functions of the strip that decoding uses. */
interface Strip {
  find(id: string): PhotoItem | undefined;
  patch(id: string, change: Partial<PhotoItem>): void;
  drop(id: string): void;
  fileOf(photo: PhotoItem): Promise<Blob>;
  opened(photo: string): void;
  report(photo: string, name: string, thrown: unknown): void;
}

type Parts = Pick<SessionParts, 'store' | 'results' | 'media' | 'engine' | 'makeThumbnail' | 'makeBitmap'>;

export function createDecoding(
  { store, results, media, engine, makeThumbnail, makeBitmap }: Parts,
  { find, patch, drop, fileOf, opened, report }: Strip,
): Decoding {
  /** Photos that are being decoded, and the item that each decoding began with. */
  const decoding = new Map<string, PhotoItem>();
  /** Loaders of the results supplied with samples, by photo; the page decodes these photos itself. */
  const sampleLoaders = new Map<string, () => Promise<KnownResults>>();
  /** Ids of the last selected photos, the newest last. */
  let recent: readonly string[] = [];
  /** Loaders of saved and supplied results, by photo. */
  const loaders = new Map<string, (() => Promise<KnownResults>)[]>();

  async function decode(id: string): Promise<void> {
    const item = find(id);
    const inPage = sampleLoaders.has(id);
    if (!item || decoding.has(id) || !(inPage || engine())) return;
    decoding.set(id, item);
    try {
      if (inPage) await decodeInPage(item);
      else await decodeInEngine(item);
    } catch (thrown) {
      if (isCurrent(item)) failed(item, thrown);
    } finally {
      if (isCurrent(item)) decoding.delete(id);
    }
  }

  /** False once the photo was removed, even if it has been restored since. */
  const isCurrent = (item: PhotoItem): boolean => decoding.get(item.id) === item;

  async function decodeInEngine(item: PhotoItem): Promise<void> {
    const { id, name } = item;
    const worker = engine();
    if (!worker) return;
    const file = media.files.get(id) ?? (await fileOf(item));
    if (!isCurrent(item)) return;
    media.files.set(id, file);
    const [info] = await Promise.all([worker.call('addPhoto', { photo: id, name, file }), loadResults(id)]);
    if (!isCurrent(item)) return info.bitmap.close();
    media.bitmaps.set(id, info.bitmap);
    opened(id);
    const { width, height, fov, notes } = info;
    patch(id, { state: 'ready', width, height, fov, notes });
    // The saved results are now in memory, too.
    store.setState({ revision: store.getState().revision + 1 });
    if (!item.url) await addThumbnail(item, info.bitmap);
    evictBitmaps();
  }

  async function addThumbnail(item: PhotoItem, bitmap: ImageBitmap): Promise<void> {
    const url = await makeThumbnail(bitmap);
    if (isCurrent(item)) patch(item.id, { url });
    else freeThumbnail(url);
  }

  /** Evicts pictures beyond MAX_BITMAPS: first those of photos that were not selected, then those selected longest ago. */
  function evictBitmaps(): void {
    const kept = [...media.bitmaps.keys()].sort((a, b) => recent.indexOf(a) - recent.indexOf(b));
    for (const id of kept.slice(0, -MAX_BITMAPS)) {
      // Needed: the thumbnail is still being made from it.
      if (!find(id)?.url) continue;
      media.bitmaps.get(id)?.close();
      media.bitmaps.delete(id);
      patch(id, { state: 'idle' });
    }
  }

  /** Decodes without the engine, which gets the file in case it needs the photo. */
  async function decodeInPage(item: PhotoItem): Promise<void> {
    const { id, name } = item;
    const loading = loadResults(id);
    const file = await fileOf(item);
    const bitmap = await makeBitmap(file);
    await loading;
    media.files.set(id, file);
    media.bitmaps.set(id, bitmap);
    engine()?.offer({ photo: id, name, file });
    const { revision } = store.getState();
    patch(id, { state: 'ready', width: bitmap.width, height: bitmap.height });
    store.setState({ revision: revision + 1 });
    evictBitmaps();
  }

  /** Loads a photo's saved results. Those that cannot be read are ignored, and computed again. */
  async function loadResults(id: string): Promise<void> {
    const found = await Promise.all((loaders.get(id) ?? []).map((load) => load().catch((): KnownResults => [])));
    loaders.delete(id);
    const open = packOf(store.getState());
    for (const [question, result] of found.flat()) {
      const key = withPhoto(id, question);
      if (find(id) && staysWith(result, open) && !results.get(key)) results.set(key, result);
    }
  }

  function failed(item: PhotoItem, thrown: unknown): void {
    const { code } = toVpdError(thrown);
    // Not the photo's fault: it stays, and is decoded when the engine is back.
    if (code === 'worker-crashed' || code === 'device-lost' || code === 'cancelled') return;
    // A photo that could be decoded before, in this visit or an earlier one, stays with its results.
    const { id, source, width } = find(item.id) ?? item;
    if (source === 'sample' || width > 0 || media.sources.has(id)) patch(id, { state: 'idle' });
    else drop(id);
    report(id, item.name, thrown);
  }

  function decodeWaiting(): void {
    for (const { id, name, state } of store.getState().photos) {
      if (state === 'waiting') void decode(id);
      const file = media.files.get(id);
      // A sample that the page decoded before the engine was loaded.
      if (state === 'ready' && file && sampleLoaders.has(id)) engine()?.offer({ photo: id, name, file });
    }
  }

  function registerResults(id: string, load: () => Promise<KnownResults>): void {
    loaders.set(id, [...(loaders.get(id) ?? []), load]);
  }

  return {
    decodeWaiting,
    registerResults,
    // Errors are ignored: the results come from a server and can be loaded later.
    suppliedResults: async (id) =>
      (await sampleLoaders
        .get(id)?.()
        .catch((): KnownResults => [])) ?? [],
    registerSample(id, load) {
      sampleLoaders.set(id, load);
      registerResults(id, load);
    },
    markSelected(id) {
      recent = [...recent.filter((other) => other !== id), id].slice(-MAX_BITMAPS);
    },
    forgetDecoding: (id) => void decoding.delete(id),
  };
}
