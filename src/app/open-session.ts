import { importCode } from '../ui/import-code.ts';
import { clearPage } from './persistence/clear.ts';
import type { Keeper } from './persistence/keeper.ts';
import type { KeepParts } from './persistence/parts.ts';
import { fetchSamples } from './photos/samples.ts';
import { syncUrl, type UrlState } from './url.ts';

export interface OpenSession {
  /** Deletes the user's photos, all their results and settings, from disk too. */
  clear(): Promise<void>;
}

/** Fills the strip with the samples and the session of an earlier visit, and selects the photo that the address requests. */
export function openSession(parts: KeepParts, requested: UrlState): OpenSession {
  const { store, session } = parts;
  let keeper: Keeper | undefined;

  /** Restores the session and selects a photo, unless the user has added one meanwhile. */
  async function fill(): Promise<void> {
    const found = store.getState().photos.find(({ source, name }) => source === 'sample' && name === requested.sample);
    const restored = await keeper?.restore({ ...requested, photo: found?.id });
    const { photos, selected } = store.getState();
    if (selected !== undefined) return;
    const first = found ?? (requested.sample === 'none' && !restored ? undefined : photos[0]);
    if (first && (requested.sample !== 'none' || first.source === 'user')) session.select(first.id);
  }

  async function run(): Promise<void> {
    const [samples, { createKeeper }] = await Promise.all([
      fetchSamples(),
      importCode(() => import('./persistence/keeper.ts')),
    ]);
    session.addSamples(samples);
    keeper = await createKeeper(parts);
    await fill();
    // After a photo is selected, which resets it.
    const { prompt, refer } = store.getState();
    const { locked } = requested;
    if (locked !== undefined && prompt === requested.prompt) store.setState({ refer: { ...refer, locked } });
    syncUrl(store, session.select);
    keeper.start();
  }
  const opening = run().catch(session.showError);

  return {
    async clear() {
      await opening;
      clearPage(parts);
      await keeper?.clear().catch(session.showError);
    },
  };
}
