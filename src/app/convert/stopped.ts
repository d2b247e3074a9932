import {
  discardConversion,
  listConversions,
  type StoppedConversion,
  whenIdle,
} from '../../storage/conversion/store.ts';
import { freeBytes } from '../../storage/files/opfs.ts';
import type { SessionParts } from '../session-parts.ts';
import { type GivenFile, isFileOf } from './given.ts';
import { filesOfHandles, forgetHandles } from './handles.ts';
import type { ConversionState } from './state.ts';

/** Unfinished conversions. */
export interface Stopped {
  /** Lists them, and reads how much storage is free. */
  refresh(): Promise<void>;
  /** Refreshes in the background. Errors are ignored: they show up again when the storage is used. */
  refreshLater(): void;
  find(id: string | undefined): StoppedConversion | undefined;
  /** Continues one of them; asks for its files unless the browser still has them. */
  resume(id: string): Promise<void>;
  discard(id: string): Promise<void>;
}

interface Parts extends Pick<SessionParts, 'showError'> {
  state(): ConversionState;
  set(change: Partial<ConversionState>): void;
  showChoice(message?: string, expected?: string): void;
  /** The files that were given last. */
  given(): readonly GivenFile[];
  continueWith(conversion: StoppedConversion, files: readonly GivenFile[]): void;
}

export function createStopped({ state, set, showChoice, given, continueWith, showError }: Parts): Stopped {
  let stopped: readonly StoppedConversion[] = [];
  /** Ids of those that another tab has locked, until it releases them. */
  const locked = new Set<string>();

  async function refresh(): Promise<void> {
    set({ room: await freeBytes() });
    const { step } = state();
    const own = step.kind === 'work' || step.kind === 'failed' ? step.report.schemes[step.weights].id : undefined;
    stopped = (await listConversions()).filter(({ id }) => id !== own);
    set({ stopped: stopped.map(({ files, ...item }) => ({ ...item, files: files.map(({ name }) => name) })) });
    for (const { id, busy } of stopped) if (busy) listAgainWhenIdle(id);
  }

  const refreshLater = (): void => void refresh().catch(() => undefined);

  function listAgainWhenIdle(id: string): void {
    if (locked.has(id)) return;
    locked.add(id);
    void whenIdle(id).then(() => {
      locked.delete(id);
      refreshLater();
    });
  }

  const find = (id: string | undefined): StoppedConversion | undefined => stopped.find((each) => each.id === id);

  /** Returns a conversion's files if the user need not choose them again: by URL, from the given files, or by stored handles. */
  async function filesWithoutAsking(conversion: StoppedConversion): Promise<readonly GivenFile[] | undefined> {
    const { id, files } = conversion;
    const urls = files.flatMap(({ url }) => (url === undefined ? [] : [{ url }]));
    if (urls.length === files.length) return urls;
    const here = given().filter((each) => isFileOf(conversion, each));
    if (here.length === files.length) return here;
    return (await filesOfHandles(id))?.map((file) => ({ file }));
  }

  return {
    refresh,
    refreshLater,
    find,
    async resume(id) {
      const found = find(id);
      if (!found) return;
      const known = await filesWithoutAsking(found);
      if (known) continueWith(found, known);
      else {
        const names = found.files.map(({ name }) => name).join(' and ');
        showChoice(`Choose or drop ${names} again to continue the conversion of ${found.name}.`, id);
      }
    },
    async discard(id) {
      try {
        await discardConversion(id);
        await forgetHandles(id);
        const { step } = state();
        if (step.kind === 'failed' || (step.kind === 'choose' && step.expected === id)) showChoice();
        await refresh();
      } catch (thrown) {
        showError(thrown);
      }
    },
  };
}
