import type { Crop } from '../../engine/protocol.ts';
import { VpdError } from '../../errors.ts';
import { withoutSelected } from '../../tasks/views.ts';
import { createFileProblems } from '../notices/file-problems.ts';
import type { KnownResults } from '../results/results.ts';
import type { SessionParts } from '../session-parts.ts';
import { FIT } from '../stage/view.ts';
import type { PhotoItem } from '../store.ts';
import { createDecoding, type Decoding } from './decode.ts';
import { createRemoval, type Removal } from './removed.ts';
import { freeThumbnail } from './thumbnail.ts';

/** A sample scene, by address. */
export interface SampleItem {
  readonly name: string;
  readonly url: string;
  readonly prompts: readonly string[];
  readonly truth?: string | undefined;
  /** Loads precomputed results, with which the sample is shown without the engine. */
  readonly load?: (() => Promise<KnownResults>) | undefined;
}

/** A photo of an earlier visit. */
export interface SavedPhoto {
  readonly name: string;
  readonly url: string | undefined;
  readonly width: number;
  readonly height: number;
  /** Horizontal field of view in degrees, if its file contains it. */
  readonly fov?: number | undefined;
  file(): Promise<Blob>;
}

export interface Photos extends Removal, Pick<Decoding, 'decodeWaiting' | 'registerResults' | 'suppliedResults'> {
  /** Adds files to the strip and selects the first; they are decoded as soon as the engine is loaded. */
  addFiles(files: readonly File[]): void;
  /** Adds files to the end of the strip without selecting one; returns their ids, in order. */
  appendFiles(files: readonly File[]): readonly string[];
  /** Adds saved photos without selecting one; each is read when it is selected. Returns their ids, in order. */
  restorePhotos(photos: readonly SavedPhoto[]): readonly string[];
  /** Adds sample scenes, by address, without fetching them; returns their ids, in order. */
  addSamples(samples: readonly SampleItem[]): readonly string[];
  /**
   * Returns the photo's own file, from memory or disk; a sample's from its address.
   * @throws VpdError missing: the photo was removed; errors of reading or fetching
   */
  fileOf(photo: PhotoItem): Promise<Blob>;
  /**
   * Cuts a part out of a photo in its own pixels.
   * @throws VpdError cancelled, also if another part of the photo is requested; bad-request: there is no engine yet
   */
  cut(photo: string, crop: Crop, signal: AbortSignal): Promise<ImageBitmap>;
  select(photo: string): void;
  /** Moves a photo to another place of the strip, counted from 0. */
  move(photo: string, to: number): void;
  /** Removes all photos of the user; this cannot be undone. */
  removeAll(): void;
}

export function createPhotos(parts: SessionParts): Photos {
  const { store, results, media, engine, fetchFile } = parts;
  let added = 0;
  /** By photo, the one that was selected when it was added. */
  const selectedBefore = new Map<string, string | undefined>();

  const find = (id: string) => store.getState().photos.find((photo) => photo.id === id);

  function patch(id: string, change: Partial<PhotoItem>): void {
    store.setState({
      photos: store.getState().photos.map((photo) => (photo.id === id ? { ...photo, ...change } : photo)),
    });
  }

  const deselect = () => store.setState({ selected: undefined, crosshair: undefined });

  /** @param instead Photo to select in its place, if it is in the strip. */
  function drop(id: string, instead?: string): void {
    const { photos, selected } = store.getState();
    const at = photos.findIndex((photo) => photo.id === id);
    const left = photos.filter((photo) => photo.id !== id);
    media.forget(id);
    results.forget(id);
    store.setState({ photos: left });
    if (selected !== id) return;
    const next = (instead === undefined ? undefined : find(instead)) ?? left[at] ?? left[at - 1];
    if (next) select(next.id);
    else deselect();
  }

  /** Drops a file that is no photo; selects the next file that was added with it, or else what was selected before, if anything was. */
  function dropUnreadable(id: string): void {
    const { photos, selected } = store.getState();
    const next = photos[photos.findIndex((photo) => photo.id === id) + 1];
    const instead = next && selectedBefore.has(next.id) ? next.id : selectedBefore.get(id);
    // Nothing was: `drop` would select a neighbour, e.g. a sample that the user has not opened.
    if (instead === undefined && selected === id && selectedBefore.has(id)) deselect();
    drop(id, instead);
    selectedBefore.delete(id);
  }

  /** Removes a photo from the page and from the engine. */
  function dropEverywhere(id: string): void {
    decoding.forgetDecoding(id);
    drop(id);
    engine()?.forget(id);
  }

  async function fileOf({ id, url, name, source }: PhotoItem): Promise<Blob> {
    const known = media.files.get(id) ?? media.sources.get(id)?.();
    if (known) return known;
    // The `url` of any other photo is its thumbnail.
    if (source === 'sample') return fetchFile(url ?? name);
    throw new VpdError('missing', `${name} is not in this page any more. Add it again.`);
  }

  function select(id: string): void {
    decoding.markSelected(id);
    if (find(id)?.state === 'idle') patch(id, { state: 'waiting' });
    const state = store.getState();
    const { stage, selected } = state;
    // Locks, selections, the row under the pointer and the zoom belong to the photo that was shown.
    store.setState({
      selected: id,
      crosshair: undefined,
      stage: id === selected ? stage : { ...stage, view: FIT },
      ...withoutSelected(state),
    });
    decoding.decodeWaiting();
  }

  function appendFiles(files: readonly File[]): readonly string[] {
    const items = files.map((file): PhotoItem => {
      const id = `photo-${++added}`;
      media.files.set(id, file);
      const name = file.name || `pasted ${added}.png`;
      return { id, name, source: 'user', state: 'waiting', url: undefined, width: 0, height: 0, prompts: [] };
    });
    store.setState({ photos: [...store.getState().photos, ...items] });
    return items.map(({ id }) => id);
  }

  const problems = createFileProblems(parts.showError);
  const { opened, report } = problems;
  const decoding = createDecoding(parts, { find, patch, drop: dropUnreadable, fileOf, opened, report });
  const removal = createRemoval(parts, { find, fileOf, dropEverywhere, select });

  return {
    appendFiles,
    fileOf,
    async cut(photo, crop, signal) {
      const worker = engine();
      if (!worker) throw new VpdError('bad-request', 'The engine has not started yet; wait until it has.');
      return (await worker.call('crop', { photo, crop }, { signal })).bitmap;
    },
    addFiles(files) {
      const { selected } = store.getState();
      const ids = appendFiles(files);
      const [first] = ids;
      if (first === undefined) return;
      problems.added(ids);
      for (const id of ids) selectedBefore.set(id, selected);
      select(first);
    },
    restorePhotos(photos) {
      const items = photos.map(({ name, url, width, height, fov, file }): PhotoItem => {
        const id = `photo-${++added}`;
        media.sources.set(id, file);
        return { id, name, source: 'user', state: 'idle', url, width, height, fov, prompts: [] };
      });
      store.setState({ photos: [...store.getState().photos, ...items] });
      return items.map(({ id }) => id);
    },
    addSamples(samples) {
      const items = samples.map(({ name, url, prompts, truth, load }): PhotoItem => {
        const id = `sample-${++added}`;
        if (load) decoding.registerSample(id, load);
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
      problems.forget();
      const { photos, selected } = store.getState();
      const own = photos.filter(({ source }) => source === 'user');
      // Selects a sample first: otherwise each photo would be selected, and decoded, before it is removed.
      const sample = photos.find(({ source }) => source === 'sample');
      if (own.some(({ id }) => id === selected)) {
        if (sample) select(sample.id);
        else deselect();
      }
      for (const { id, url } of own) {
        dropEverywhere(id);
        freeThumbnail(url);
      }
    },
    decodeWaiting: decoding.decodeWaiting,
    registerResults: decoding.registerResults,
    suppliedResults: decoding.suppliedResults,
    ...removal,
  };
}
