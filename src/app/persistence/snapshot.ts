import { fitSnapshot, SNAPSHOT_VERSION, type Snapshot } from '../../storage/session/snapshot.ts';
import { NO_MASKS } from '../../tasks/refer/masks/masks.ts';
import { withoutHovered } from '../../tasks/views.ts';
import type { AppState, AppStore } from '../store.ts';

/** Returns the session as plain data, without what depends on the pointer's position. */
export function takeSnapshot(state: AppState): Snapshot {
  const { photos, selected, task, draft, prompt, masks, stage, layers } = state;
  return fitSnapshot({
    version: SNAPSHOT_VERSION,
    photos: photos.map(({ id, name, source }) => ({ id, name, source })),
    selected,
    task,
    draft,
    prompt,
    masks: Object.fromEntries(Object.entries(masks).map(([id, { items, shown }]) => [id, { items, shown }])),
    ...withoutHovered(state),
    layers,
    stage: {
      compare: stage.compare,
      photo: stage.photo,
      layers: stage.layers,
      photoOpacity: stage.photoOpacity,
    },
  });
}

/**
 * Restores a session, except its photos and results, which must be there already.
 * @param ids Id in the snapshot → id here; data of any other photo are left out.
 * @param select Selects a photo.
 */
export function applySnapshot(
  store: AppStore,
  snapshot: Snapshot,
  ids: ReadonlyMap<string, string>,
  select: (photo: string) => void,
): void {
  const { version: _, photos: __, masks, selected, depth, stage, ...others } = snapshot;
  const restored = Object.entries(masks).flatMap(([id, list]) => {
    const here = ids.get(id);
    return here === undefined ? [] : [[here, { ...NO_MASKS, ...list }] as const];
  });
  store.setState({ masks: { ...store.getState().masks, ...Object.fromEntries(restored) } });
  const shown = selected === undefined ? undefined : ids.get(selected);
  if (shown !== undefined) select(shown);
  const measuredOn = depth.measured && ids.get(depth.measured.photo);
  // After the photo is selected, which resets locks and selections.
  store.setState({
    ...others,
    promptError: undefined,
    depth: {
      ...depth,
      measured: depth.measured && measuredOn !== undefined ? { ...depth.measured, photo: measuredOn } : undefined,
    },
    stage: { ...store.getState().stage, ...stage },
  });
}
