import { toVpdError } from '../errors.ts';
import { NO_WORD } from '../tasks/refer/view.ts';
import { NO_CLASS } from '../tasks/segment/view.ts';
import type { SessionParts } from './session.ts';
import { FIT } from './stage/view.ts';
import type { PhotoItem } from './store.ts';

export interface Photos {
  /** Adds files to the strip and shows the first; they are decoded as soon as the engine is there. */
  addFiles(files: readonly File[]): void;
  /** Adds files without showing one; gives their ids, in order. */
  bringFiles(files: readonly File[]): readonly string[];
  /** Adds sample scenes, by address, without fetching them. */
  addSamples(
    samples: readonly { readonly name: string; readonly url: string; readonly prompts: readonly string[] }[],
  ): void;
  /** The photo's own file, fetched if need be. */
  fileOf(photo: PhotoItem): Promise<Blob>;
  select(photo: string): void;
  remove(photo: string): void;
  /** Decodes what was added before there was an engine, or was lost with it. */
  decodeWaiting(): void;
}

export function createPhotos({ store, results, engine, report, makeThumbnail, fetchFile }: SessionParts): Photos {
  let added = 0;
  const decoding = new Set<string>();

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
    const url = photos[at]?.url;
    if (url?.startsWith('blob:')) URL.revokeObjectURL(url);
    results.forget(id);
    store.setState({ photos: left });
    if (selected !== id) return;
    // Of several files dropped together, the next one; else the one before.
    const next = left[at] ?? left[at - 1];
    if (next) select(next.id);
    else store.setState({ selected: undefined, crosshair: undefined });
  }

  async function fileOf({ id, url, name }: PhotoItem): Promise<Blob> {
    return results.files.get(id) ?? fetchFile(url ?? name);
  }

  async function decode(id: string): Promise<void> {
    const item = find(id);
    const worker = engine();
    if (!item || !worker || decoding.has(id)) return;
    decoding.add(id);
    try {
      const file = results.files.get(id) ?? (await fileOf(item));
      results.files.set(id, file);
      const info = await worker.call('addPhoto', { photo: id, name: item.name, file });
      // Removed while it was being decoded.
      if (!find(id)) return info.bitmap.close();
      results.bitmaps.set(id, info.bitmap);
      patch(id, { state: 'ready', width: info.width, height: info.height });
      if (!item.url) patch(id, { url: await makeThumbnail(info.bitmap) });
    } catch (thrown) {
      failed(item, thrown);
    } finally {
      decoding.delete(id);
    }
  }

  function failed(item: PhotoItem, thrown: unknown): void {
    const { code } = toVpdError(thrown);
    // The worker's fault, not the photo's: it stays and is decoded when the engine is back.
    if (code === 'worker-crashed' || code === 'device-lost' || code === 'cancelled') return;
    if (item.source === 'sample') patch(item.id, { state: 'idle' });
    else drop(item.id);
    report(thrown);
  }

  function select(id: string): void {
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
    for (const photo of store.getState().photos) if (photo.state === 'waiting') void decode(photo.id);
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

  return {
    bringFiles,
    fileOf,
    addFiles(files) {
      const [first] = bringFiles(files);
      if (first !== undefined) select(first);
    },
    addSamples(samples) {
      const items = samples.map(
        (sample): PhotoItem => ({
          ...sample,
          id: `sample-${++added}`,
          source: 'sample',
          state: 'idle',
          width: 0,
          height: 0,
        }),
      );
      store.setState({ photos: [...items, ...store.getState().photos] });
    },
    select,
    remove(id) {
      drop(id);
      // A photo that the engine never had is no error here.
      engine()
        ?.call('forgetPhoto', { photo: id })
        .catch(() => undefined);
    },
    decodeWaiting,
  };
}
