import { NO_WORD } from '../../tasks/refer/view.ts';
import { NO_CLASS } from '../../tasks/segment/view.ts';
import type { KnownResults } from '../results/results.ts';
import type { SessionParts } from '../session-parts.ts';
import { FIT } from '../stage/view.ts';
import type { PhotoItem } from '../store.ts';
import { createDecoding, type Decoding } from './decode.ts';
import { createRemoval, type Removal } from './removed.ts';
import { letThumbnailGo } from './thumbnail.ts';

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

export interface Photos extends Removal, Pick<Decoding, 'decodeWaiting' | 'bringResults' | 'cameWith'> {
  /** Adds files to the strip and shows the first; they are decoded as soon as the engine is there. */
  addFiles(files: readonly File[]): void;
  /** Adds files without showing one; gives their ids, in order. */
  bringFiles(files: readonly File[]): readonly string[];
  /** Adds photos of an earlier visit without showing one; they are read when they are looked at. Gives their ids, in order. */
  bringEarlier(photos: readonly EarlierPhoto[]): readonly string[];
  /** Adds sample scenes, by address, without fetching them; gives their ids, in order. */
  addSamples(samples: readonly SampleItem[]): readonly string[];
  /** The photo's own file: from memory, this machine's disk or its address. */
  fileOf(photo: PhotoItem): Promise<Blob>;
  select(photo: string): void;
  /** Puts a photo at another place of the strip, counted from 0. */
  move(photo: string, to: number): void;
  /** Takes all photos of the user's away, for good. */
  removeAll(): void;
}

export function createPhotos(parts: SessionParts): Photos {
  const { store, results, engine, fetchFile } = parts;
  let added = 0;
  /** What was on show when files were dropped, by each of them. */
  const shownBefore = new Map<string, string | undefined>();

  const find = (id: string) => store.getState().photos.find((photo) => photo.id === id);

  function patch(id: string, change: Partial<PhotoItem>): void {
    store.setState({
      photos: store.getState().photos.map((photo) => (photo.id === id ? { ...photo, ...change } : photo)),
    });
  }

  /** @param instead Shown in its place, if it is there. */
  function drop(id: string, instead?: string): void {
    const { photos, selected } = store.getState();
    const at = photos.findIndex((photo) => photo.id === id);
    const left = photos.filter((photo) => photo.id !== id);
    results.forget(id);
    store.setState({ photos: left });
    if (selected !== id) return;
    const next = (instead === undefined ? undefined : find(instead)) ?? left[at] ?? left[at - 1];
    if (next) select(next.id);
    else store.setState({ selected: undefined, crosshair: undefined });
  }

  /** Drops a file that is no photo: the next one that came with it is shown, else what was on show before. */
  function dropUnread(id: string): void {
    const { photos } = store.getState();
    const next = photos[photos.findIndex((photo) => photo.id === id) + 1];
    drop(id, next && shownBefore.has(next.id) ? next.id : shownBefore.get(id));
    shownBefore.delete(id);
  }

  /** Drops a photo that the engine has or is about to decode. */
  function takeAway(id: string): void {
    drop(id);
    engine()?.forget(id);
  }

  async function fileOf({ id, url, name }: PhotoItem): Promise<Blob> {
    return results.files.get(id) ?? results.sources.get(id)?.() ?? fetchFile(url ?? name);
  }

  function select(id: string): void {
    decoding.look(id);
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
    decoding.decodeWaiting();
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

  const decoding = createDecoding(parts, { find, patch, drop: dropUnread, fileOf });
  const removal = createRemoval(parts, { find, fileOf, takeAway, select });

  return {
    bringFiles,
    fileOf,
    addFiles(files) {
      const { selected } = store.getState();
      const ids = bringFiles(files);
      const [first] = ids;
      if (first === undefined) return;
      for (const id of ids) shownBefore.set(id, selected);
      select(first);
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
    addSamples(samples) {
      const items = samples.map(({ name, url, prompts, truth, load }): PhotoItem => {
        const id = `sample-${++added}`;
        if (load) decoding.addPlain(id, load);
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
    removeAll() {
      removal.forgetRemoved();
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
        letThumbnailGo(url);
      }
    },
    decodeWaiting: decoding.decodeWaiting,
    bringResults: decoding.bringResults,
    cameWith: decoding.cameWith,
    ...removal,
  };
}
