import type { Folder } from '../../storage/files/folder.ts';
import { readResult } from '../../storage/session/result-file.ts';
import type { KeptResults } from '../results/results.ts';
import type { Ledger } from './ledger.ts';

/** The results of a session's folder, as the ledger names them at the time. */
export const keptResults = (folder: Folder, ledger: Ledger): KeptResults => ({
  list: () => [...ledger.results.values()],
  async read(key) {
    const kept = ledger.results.get(key);
    const content = kept && (await folder.read(kept.file));
    const found = content && (await readResult(content).catch(() => undefined));
    if (!kept || !found) return undefined;
    const result = { ...found, ...(kept.origin ? { origin: kept.origin } : { pack: kept.pack }) };
    // In memory it need not be written again.
    if (ledger.results.get(key)?.file === kept.file) ledger.held.set(key, new WeakRef(result));
    return result;
  },
  forgetBrought() {
    for (const [key, { origin }] of [...ledger.results]) if (origin) ledger.results.delete(key);
    ledger.forgotten++;
  },
  forget() {
    ledger.results.clear();
    ledger.forgotten++;
  },
});
