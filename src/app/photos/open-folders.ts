import { MAX_PHOTOS } from '../../storage/session/snapshot.ts';
import type { Workbench } from '../context.ts';
import { MAX_LOOKED_AT, type Walked } from './folders.ts';
import { type Sorted, sortFiles } from './sort-files.ts';

/** Number of names that a sentence lists. */
const NAMED = 3;

/** What was given besides the content of the folders. */
export interface GivenTogether {
  /** Files for the strip that were dropped beside the folders. */
  readonly photos: readonly File[];
  /** Number of folders. */
  readonly folders: number;
}

/** Opens what was found in folders: photos in the strip, a pack on the shelf, weights for conversion. A note names what was left out. */
export async function openFolders(
  walked: Walked,
  given: GivenTogether,
  { session, store }: Pick<Workbench, 'session' | 'store'>,
) {
  const sorted = await sortFiles(walked.files);
  const room = Math.max(0, MAX_PHOTOS - store.getState().photos.length - given.photos.length);
  store.setState({ leftOut: leftOutWords(walked, sorted, room, given.folders) });
  const [pack, another] = sorted.packs;
  if (pack && !another) session.shelf((shelf) => shelf.importFiles(pack.files));
  // Together, so that those that cannot be opened are reported in one notice.
  const photos = [...given.photos, ...sorted.photos.slice(0, room)];
  if (photos.length > 0) session.addFiles(photos);
  if (sorted.weights.length > 0)
    session.convert((controller) => controller.add(sorted.weights.map((file) => ({ file }))));
}

/**
 * Returns a line that names what is left out of folders; undefined if nothing is.
 * @param room number of photos that the session has room for
 * @param folders number of folders that were given
 */
export function leftOutWords(
  { hidden, unreadable, complete }: Omit<Walked, 'files'>,
  { packs, photos, weights, others }: Sorted,
  room: number,
  folders: number,
): string | undefined {
  const beyond = Math.max(0, photos.length - room);
  const parts = [
    packs.length > 1 && severalModels(packs),
    others.length > 0 && `${listed(others)} (no photo that this page reads)`,
    unreadable.length > 0 && `${listed(unreadable)} (cannot be opened)`,
    hidden.length > 0 && `${listed(hidden)} (hidden or system files)`,
    beyond > 0 && `${beyond} ${beyond === 1 ? 'photo' : 'photos'} (a session has room for ${MAX_PHOTOS})`,
    !complete && `everything after the first ${MAX_LOOKED_AT} files`,
  ].filter((part) => part !== false);
  const nothing = packs.length + photos.length + weights.length === 0;
  const sentences = [
    ...(nothing ? [`There is no photo and no model in ${folders === 1 ? 'this folder' : 'these folders'}.`] : []),
    ...(parts.length > 0 ? [`Left out: ${parts.join('; ')}.`] : []),
  ];
  return sentences.length > 0 ? sentences.join(' ') : undefined;
}

/** Names the folders of several packs, of which none is opened. */
export const severalModels = (packs: Sorted['packs']): string =>
  `${listed(packs.map(({ folder }) => folder))} (several models: add one at a time)`;

/** Lists names, each once, and counts those beyond the first few. */
function listed(names: readonly string[]): string {
  const each = [...new Set(names)];
  const shown = each.slice(0, NAMED);
  const more = each.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}
