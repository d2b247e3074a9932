import type { MaskHistory } from '../../tasks/refer/masks/masks.ts';
import type { TaskId } from '../../vpd/config.ts';
import { photoOf, taskOf } from '../results/result-keys.ts';
import type { Results } from '../results/results.ts';
import type { AppState, PhotoItem } from '../store.ts';

/** Returns the photos that the strip shows. A selected sample stays, although samples are hidden. */
export const shownPhotos = (
  { photos, selected }: Pick<AppState, 'photos' | 'selected'>,
  samplesHidden: boolean,
): readonly PhotoItem[] =>
  samplesHidden ? photos.filter(({ id, source }) => source === 'user' || id === selected) : photos;

/** Says which of the user's photos, or of the samples, is selected: `2 of 30`; empty if none is. */
export function placeWords(shown: readonly PhotoItem[], selected: string | undefined): string {
  const item = shown.find(({ id }) => id === selected);
  if (!item) return '';
  const alike = shown.filter(({ source }) => source === item.source);
  return `${alike.indexOf(item) + 1} of ${alike.length}`;
}

/** Names of the results that a thumbnail mentions. Masks are counted from the list of masks instead. */
const NAMES = { depth: 'depth', refer: undefined, segment: 'classes' } satisfies Record<TaskId, string | undefined>;

/** Returns the names of the results of each photo, in memory and on disk, by its id. */
export function resultNames(
  results: Pick<Results, 'keys' | 'kept'>,
  open: { readonly hash: string } | undefined,
): ReadonlyMap<string, readonly string[]> {
  const onDisk = results.kept.list().filter(({ pack, origin }) => origin || !open || pack === open.hash);
  const found = new Map<string, readonly string[]>();
  for (const key of [...onDisk.map((kept) => kept.key), ...results.keys()]) {
    const task = taskOf(key);
    const name = task && NAMES[task];
    const names = found.get(photoOf(key)) ?? [];
    if (name !== undefined && !names.includes(name)) found.set(photoOf(key), [...names, name].sort());
  }
  return found;
}

export const maskCount = (masks: Readonly<Record<string, MaskHistory>>, photo: string): number =>
  masks[photo]?.items.length ?? 0;

/** Says what is known of a photo: `classes, depth, 2 masks`; empty if nothing is. */
export function knownWords(names: readonly string[], masks: number): string {
  const counted = masks === 0 ? [] : [masks === 1 ? '1 mask' : `${masks} masks`];
  return [...names, ...counted].join(', ');
}
