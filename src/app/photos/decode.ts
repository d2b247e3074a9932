import { toVpdError } from '../../errors.ts';
import { withPhoto } from '../results/result-keys.ts';
import type { KnownResults } from '../results/results.ts';
import type { SessionParts } from '../session-parts.ts';
import { type PhotoItem, packOf } from '../store.ts';

/** Pictures in memory, at most 12.6 MB each: enough to go back and forth. Any other is decoded again when its photo is looked at. */
const MAX_BITMAPS = 10;

/** How photos' pictures, and what is known of them, come into memory. */
export interface Decoding {
  /** Decodes what was added before there was an engine, or was lost with it. */
  decodeWaiting(): void;
  /** What was computed on a photo before, read when the photo is looked at. */
  bringResults(photo: string, load: () => Promise<KnownResults>): void;
  /** What came with a sample, read without putting it into memory; of any other photo, nothing. */
  cameWith(photo: string): Promise<KnownResults>;
  /** A sample that has results: it is a plain picture, and the page itself decodes it. */
  addPlain(photo: string, load: () => Promise<KnownResults>): void;
  /** Notes that a photo is looked at: its picture stays longest. */
  look(photo: string): void;
}

/** What it needs of the strip. */
interface Strip {
  find(id: string): PhotoItem | undefined;
  patch(id: string, change: Partial<PhotoItem>): void;
  drop(id: string): void;
  fileOf(photo: PhotoItem): Promise<Blob>;
}

type Parts = Pick<SessionParts, 'store' | 'results' | 'engine' | 'tell' | 'makeThumbnail' | 'makeBitmap'>;

export function createDecoding(
  { store, results, engine, tell, makeThumbnail, makeBitmap }: Parts,
  { find, patch, drop, fileOf }: Strip,
): Decoding {
  const decoding = new Set<string>();
  /** Samples, which are plain pictures, and have results: the page itself decodes them. */
  const plain = new Map<string, () => Promise<KnownResults>>();
  /** Photos that were looked at, the last one last. */
  let looked: readonly string[] = [];
  /** Photos that could be read once: if that fails later, what was found in them stays. */
  const opened = new Set<string>();
  const loaders = new Map<string, (() => Promise<KnownResults>)[]>();

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
    // What was known of it is in memory by now, too.
    store.setState({ revision: store.getState().revision + 1 });
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
    tell(thrown);
  }

  function decodeWaiting(): void {
    for (const { id, name, state } of store.getState().photos) {
      if (state === 'waiting') void decode(id);
      const file = results.files.get(id);
      // Decoded by the page, perhaps before there was an engine.
      if (state === 'ready' && file && plain.has(id)) engine()?.offer({ photo: id, name, file });
    }
  }

  function bringResults(id: string, load: () => Promise<KnownResults>): void {
    loaders.set(id, [...(loaders.get(id) ?? []), load]);
  }

  return {
    decodeWaiting,
    bringResults,
    // It comes from a server, and can come again.
    cameWith: async (id) =>
      (await plain
        .get(id)?.()
        .catch((): KnownResults => [])) ?? [],
    addPlain(id, load) {
      plain.set(id, load);
      bringResults(id, load);
    },
    look(id) {
      looked = [...looked.filter((other) => other !== id), id].slice(-MAX_BITMAPS);
    },
  };
}
