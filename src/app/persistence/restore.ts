import { VpdError } from '../../errors.ts';
import type { Folder } from '../../storage/files/folder.ts';
import type { KeptFile, KeptPhoto, SessionRecord } from '../../storage/session/record.ts';
import { NO_WORD } from '../../tasks/refer/view.ts';
import { withoutSelected } from '../../tasks/views.ts';
import type { SavedPhoto } from '../photos/photos.ts';
import { photoOf, withoutPhoto, withPhoto } from '../results/result-keys.ts';
import type { KnownResults } from '../results/results.ts';
import type { AppStore, PhotoItem } from '../store.ts';
import { requestedTask } from '../url.ts';
import { keptResults } from './kept-results.ts';
import type { Ledger } from './ledger.ts';
import type { KeepParts } from './parts.ts';
import { applySnapshot } from './snapshot.ts';

/** What the page's address requests; it takes precedence over the saved session. */
export interface AddressRequest {
  readonly task?: PhotoTask | undefined;
  readonly prompt?: string | undefined;
  /** Whether its masks are from attention alone; ignored without a prompt. */
  readonly zeroShot?: boolean;
  /** Id of a photo of the strip; used if no photo is selected yet. */
  readonly photo?: string | undefined;
}
type PhotoTask = SessionRecord['snapshot']['task'];

/**
 * Adds the saved photos to the strip, in their order among the samples, and restores settings, masks and results. A photo, a task or a prompt
 * that was chosen while the disk was being read stays.
 */
export async function restoreSession(
  { store, session }: Pick<KeepParts, 'store' | 'session'>,
  folder: Folder,
  ledger: Ledger,
  record: SessionRecord,
  requested: AddressRequest,
): Promise<void> {
  const { snapshot } = record;
  const savedPhotos = await Promise.all(record.photos.map((kept) => savedPhoto(folder, kept, snapshot)));
  const ids = new Map<string, string>();
  for (const { id, name } of snapshot.photos.filter(({ source }) => source === 'sample')) {
    const sample = store.getState().photos.find((photo) => photo.source === 'sample' && photo.name === name);
    if (sample) ids.set(id, sample.id);
  }
  session.restorePhotos(savedPhotos).forEach((id, i) => {
    const kept = record.photos[i];
    if (!kept) return;
    ids.set(kept.photo, id);
    ledger.photos.set(id, { ...kept, photo: id });
  });

  for (const [savedId, id] of ids) {
    const own = record.results
      .filter(({ key }) => photoOf(key) === savedId)
      .map((kept) => ({ ...kept, key: withPhoto(id, withoutPhoto(kept.key)) }));
    for (const kept of own) ledger.results.set(kept.key, kept);
    if (own.length > 0) session.registerResults(id, () => readResults(folder, ledger, own));
  }

  const order = snapshot.photos.map(({ id }) => ids.get(id));
  // Samples that the saved session does not have come first, as on a first visit.
  const place = ({ id }: PhotoItem) => order.indexOf(id);
  store.setState({ photos: [...store.getState().photos].sort((a, b) => place(a) - place(b)) });

  // Read before a photo is selected, which sets that photo's own prompt.
  const chosen = { ...fromAddress(requested, snapshot), ...chosenSince(store) };
  const photo = store.getState().selected ?? requested.photo;
  if (photo !== undefined && photo !== store.getState().selected) session.select(photo);
  // Word selections belong to a prompt on a photo, class selections to a photo.
  const another = photo !== undefined && photo !== ids.get(snapshot.selected ?? '');
  const kept = another ? { ...snapshot, ...withoutSelected(snapshot) } : snapshot;
  const refer = { ...kept.refer, ...((chosen.prompt ?? snapshot.prompt) === snapshot.prompt ? {} : NO_WORD) };
  const restored = {
    ...kept,
    ...chosen,
    refer: requested.prompt ? { ...refer, zeroShot: requested.zeroShot ?? false } : refer,
    selected: photo === undefined ? snapshot.selected : undefined,
  };
  applySnapshot(store, restored, ids, session.select);
}

type Choice = Partial<Pick<SessionRecord['snapshot'], 'task' | 'prompt' | 'draft'>>;

/** Returns what the address requests. If its prompt is the saved one, the saved draft stays, which may be longer. */
function fromAddress({ task, prompt }: AddressRequest, snapshot: Choice): Choice {
  if (!prompt) return task ? { task } : {};
  return { task: requestedTask({ task, prompt }), ...(prompt === snapshot.prompt ? {} : { prompt, draft: prompt }) };
}

/** Returns what the user has chosen since the page was loaded. */
function chosenSince(store: AppStore): Choice {
  const [now, first] = [store.getState(), store.getInitialState()];
  const typed = now.prompt !== first.prompt || now.draft !== first.draft;
  return {
    ...(now.task === first.task ? {} : { task: now.task }),
    ...(typed ? { prompt: now.prompt, draft: now.draft } : {}),
  };
}

async function savedPhoto(
  folder: Folder,
  { photo, file, type, width, height, fov, thumbnail }: KeptPhoto,
  { photos }: SessionRecord['snapshot'],
): Promise<SavedPhoto> {
  const kept = thumbnail === undefined ? undefined : await folder.read(thumbnail);
  // Copied into memory: a removed photo's thumbnail is needed for Undo, when its file may be deleted already.
  const small = kept && new Blob([await kept.arrayBuffer()]);
  const name = photos.find(({ id }) => id === photo)?.name ?? photo;
  return {
    name,
    url: small && URL.createObjectURL(small),
    width,
    height,
    fov,
    async file() {
      const found = await folder.read(file);
      if (!found) throw new VpdError('missing', `The file of ${name} is gone from the disk; add the photo again.`);
      // Adds the type, which files of the origin private file system do not have.
      return found.slice(0, found.size, type);
    },
  };
}

/** Reads saved results; a damaged one is left out, and computed again. */
async function readResults(folder: Folder, ledger: Ledger, own: readonly KeptFile[]): Promise<KnownResults> {
  const kept = keptResults(folder, ledger);
  const found = await Promise.all(
    own.map(async ({ key }) => {
      const result = await kept.read(key);
      if (!result) return [];
      return [[withoutPhoto(key), result] as const];
    }),
  );
  return found.flat();
}
