import type { Origin } from '../../storage/session/record.ts';
import { type KeptResult, writeResult } from '../../storage/session/result-file.ts';
import { memoryFolder } from '../../storage/testing/memory-folder.ts';
import { keptResults } from '../keep/kept-results.ts';
import { createLedger } from '../keep/ledger.ts';
import type { KeptResults } from '../results/results.ts';

/** Results that are on a session's disk. */
export function keptOnDisk() {
  const folder = memoryFolder();
  const ledger = createLedger();
  const results: KeptResults = keptResults(folder, ledger);
  return {
    folder,
    ledger,
    results,
    async keep(key: string, result: KeptResult, pack = 'a', origin?: Origin): Promise<void> {
      const file = `result-${ledger.results.size}`;
      await folder.write(file, writeResult(result));
      ledger.results.set(key, { key, file, pack, origin });
    },
  };
}
