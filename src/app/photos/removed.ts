import { photoBytes } from '../../file-bytes.ts';
import type { MaskHistory } from '../../tasks/refer/masks/masks.ts';
import { photoOf } from '../results/result-keys.ts';
import { staysWith, type TaskResult } from '../results/results.ts';
import type { SessionParts } from '../session-parts.ts';
import { type PhotoItem, packOf } from '../store.ts';
import { freeThumbnail } from './thumbnail.ts';

/** Removes photos; the last removal can be undone. */
export interface Removal {
  /** Removes a photo of the user. */
  remove(photo: string): void;
  /** Restores the last removed photo; resolves to its id, or to undefined if its file cannot be read, which is reported. */
  undoRemove(): Promise<string | undefined>;
  /** Makes the last removal final. */
  forgetRemoved(): void;
}

/** Functions of the strip that removal uses. */
interface Strip {
  find(id: string): PhotoItem | undefined;
  fileOf(photo: PhotoItem): Promise<Blob>;
  dropEverywhere(id: string): void;
  select(id: string): void;
}

/** A removed photo with its place, masks and results. */
interface Removed {
  readonly item: PhotoItem;
  readonly at: number;
  readonly selected: boolean;
  readonly masks: MaskHistory | undefined;
  readonly results: Promise<readonly (readonly [key: string, result: TaskResult])[]>;
}

export function createRemoval(
  { store, results, media, showError }: Pick<SessionParts, 'store' | 'results' | 'media' | 'showError'>,
  { find, fileOf, dropEverywhere, select }: Strip,
): Removal {
  let removed: Removed | undefined;

  /** Returns a photo's results in memory, and imported ones on disk, which cannot be computed again. */
  async function resultsOf(id: string): Promise<readonly (readonly [key: string, result: TaskResult])[]> {
    const inMemory = results.ofPhoto(id);
    const keys = new Set(inMemory.map(([key]) => key));
    const imported = results.kept
      .list()
      .filter(({ key, origin }) => origin && photoOf(key) === id && !keys.has(key))
      .map(async ({ key }) => [key, await results.kept.read(key).catch(() => undefined)] as const);
    return [
      ...inMemory,
      ...(await Promise.all(imported)).flatMap(([key, found]) => (found ? [[key, found] as const] : [])),
    ];
  }

  function forgetRemoved(): void {
    freeThumbnail(removed?.item.url);
    removed = undefined;
    media.removed = undefined;
    store.setState({ removed: undefined });
  }

  return {
    forgetRemoved,
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
        results: resultsOf(id),
      };
      // Copied into memory, since the next write deletes the file from disk.
      const copy = fileOf(item).then(
        async (file) => new Blob([await photoBytes(file, item.name)], { type: file.type }),
      );
      media.removed = Promise.all([copy, removed.results]).then(([file]) => file);
      media.removed.catch(() => undefined);
      dropEverywhere(id);
      store.setState({ removed: item.name });
    },
    async undoRemove() {
      const back = removed;
      const copy = media.removed;
      if (!back || !copy) return undefined;
      const { item, at, masks } = back;
      removed = undefined;
      media.removed = undefined;
      store.setState({ removed: undefined });
      const file = await copy.catch(showError);
      if (!file) {
        freeThumbnail(item.url);
        return undefined;
      }
      media.files.set(item.id, file);
      const found = await back.results;
      const state = store.getState();
      // If another model was opened meanwhile, results of the previous one are left out.
      for (const [key, result] of found) if (staysWith(result, packOf(state))) results.set(key, result);
      const { photos, masks: lists } = state;
      store.setState({
        photos: [...photos.slice(0, at), { ...item, state: 'idle' }, ...photos.slice(at)],
        masks: masks ? { ...lists, [item.id]: masks } : lists,
      });
      if (back.selected) select(item.id);
      return item.id;
    },
  };
}
