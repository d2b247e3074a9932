import { importCode } from '../ui/import-code.ts';
import { clearPage } from './persistence/clear.ts';
import type { Keeper } from './persistence/keeper.ts';
import type { KeepParts } from './persistence/parts.ts';
import { fetchSamples } from './photos/samples.ts';
import { syncUrl, type UrlState } from './url.ts';

export interface Beginning {
  /** Deletes the user's photos, all their results and settings, from disk too. */
  clear(): Promise<void>;
}

/** Fills the strip with the samples and the session of an earlier visit, and shows what the address requests. */
export function begin(parts: KeepParts, asked: UrlState): Beginning {
  const { store, session } = parts;
  let keeper: Keeper | undefined;

  /** Restores the session and selects a photo, unless the user has added one meanwhile. */
  async function fill(): Promise<void> {
    const found = store.getState().photos.find(({ source, name }) => source === 'sample' && name === asked.sample);
    const restored = await keeper?.restore({ task: asked.task, prompt: asked.prompt, photo: found?.id });
    const { photos, selected } = store.getState();
    if (selected !== undefined) return;
    const first = found ?? (asked.sample === 'none' && !restored ? undefined : photos[0]);
    if (first && (asked.sample !== 'none' || first.source === 'user')) session.select(first.id);
  }

  async function run(): Promise<void> {
    const [samples, { createKeeper }] = await Promise.all([
      fetchSamples(),
      importCode(() => import('./persistence/keeper.ts')),
    ]);
    session.addSamples(samples);
    keeper = await createKeeper(parts);
    await fill();
    syncUrl(store, session.select);
    keeper.start();
  }
  const begun = run().catch(session.tell);

  return {
    async clear() {
      await begun;
      clearPage(parts);
      await keeper?.clear().catch(session.tell);
    },
  };
}
