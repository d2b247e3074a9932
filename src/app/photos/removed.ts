import { photoBytes } from '../../file-bytes.ts';
import type { MaskHistory } from '../../tasks/refer/masks/masks.ts';
import { photoOf } from '../results/result-keys.ts';
import type { TaskResult } from '../results/results.ts';
import type { SessionParts } from '../session-parts.ts';
import type { PhotoItem } from '../store.ts';
import { letThumbnailGo } from './thumbnail.ts';

/** How photos go, and the last one comes back. */
export interface Removal {
  /** Takes a photo of the user's away; the last one can be brought back. */
  remove(photo: string): void;
  /** Gives the id of the photo that is back; undefined where its file could not be read, which is said. */
  undoRemove(): Promise<string | undefined>;
  /** Lets go of the photo that could be brought back. */
  forgetRemoved(): void;
}

/** What it needs of the strip. */
interface Strip {
  find(id: string): PhotoItem | undefined;
  fileOf(photo: PhotoItem): Promise<Blob>;
  takeAway(id: string): void;
  select(id: string): void;
}

/** A removed photo with all that was known of it. */
interface Removed {
  readonly item: PhotoItem;
  readonly at: number;
  readonly selected: boolean;
  readonly masks: MaskHistory | undefined;
  readonly results: Promise<readonly (readonly [key: string, result: TaskResult])[]>;
}

export function createRemoval(
  { store, results, tell }: Pick<SessionParts, 'store' | 'results' | 'tell'>,
  { find, fileOf, takeAway, select }: Strip,
): Removal {
  let removed: Removed | undefined;

  /** What is in memory, and what a report brought that is on the disk alone: nothing could compute it again. */
  async function allOf(id: string): Promise<readonly (readonly [key: string, result: TaskResult])[]> {
    const known = results.ofPhoto(id);
    const keys = new Set(known.map(([key]) => key));
    const brought = results.kept
      .list()
      .filter(({ key, origin }) => origin && photoOf(key) === id && !keys.has(key))
      .map(async ({ key }) => [key, await results.kept.read(key).catch(() => undefined)] as const);
    return [
      ...known,
      ...(await Promise.all(brought)).flatMap(([key, found]) => (found ? [[key, found] as const] : [])),
    ];
  }

  function forgetRemoved(): void {
    letThumbnailGo(removed?.item.url);
    removed = undefined;
    results.removed = undefined;
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
        results: allOf(id),
      };
      // In memory: what is removed is deleted from the disk, too.
      const copy = fileOf(item).then(
        async (file) => new Blob([await photoBytes(file, item.name)], { type: file.type }),
      );
      results.removed = Promise.all([copy, removed.results]).then(([file]) => file);
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
      const file = await copy.catch(tell);
      if (!file) return undefined;
      results.files.set(item.id, file);
      for (const [key, result] of await back.results) results.set(key, result);
      const { photos, masks: lists } = store.getState();
      store.setState({
        photos: [...photos.slice(0, at), { ...item, state: 'idle' }, ...photos.slice(at)],
        masks: masks ? { ...lists, [item.id]: masks } : lists,
      });
      if (back.selected) select(item.id);
      return item.id;
    },
  };
}
