import type { Folder } from '../../storage/files/folder.ts';
import { readResult } from '../../storage/session/result-file.ts';
import type { KeptResults } from '../results/results.ts';
import type { Ledger } from './ledger.ts';

/** Returns access to the results in a session's folder, as the ledger lists them at the time of a call. */
export const keptResults = (folder: Folder, ledger: Ledger): KeptResults => ({
  list: () => [...ledger.results.values()],
  async read(key) {
    const kept = ledger.results.get(key);
    const content = kept && (await folder.read(kept.file));
    const found = content && (await readResult(content).catch(() => undefined));
    if (!kept || !found) return undefined;
    const { pack, origin, device } = kept;
    const result = { ...found, ...(origin ? { origin } : { pack, ...(device && { device }) }) };
    // Noted as equal to its file, so that it is not written again.
    if (ledger.results.get(key)?.file === kept.file) ledger.held.set(key, new WeakRef(result));
    return result;
  },
  forgetImported: ledger.forgetImported,
  forget: ledger.forgetResults,
});
