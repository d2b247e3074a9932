import type { Answer } from '../../engine/answer.ts';
import type { Origin } from '../../storage/session/record.ts';
import { writeResult } from '../../storage/session/result-file.ts';
import { memoryFolder } from '../../storage/testing/memory-folder.ts';
import { keptResults } from '../persistence/kept-results.ts';
import { createLedger } from '../persistence/ledger.ts';
import type { KeptResults } from '../results/results.ts';

/** Creates a session folder in memory with access to its results. */
export function keptOnDisk() {
  const folder = memoryFolder();
  const ledger = createLedger();
  const results: KeptResults = keptResults(folder, ledger);
  return {
    folder,
    ledger,
    results,
    async keep(key: string, result: Answer, pack = 'a', origin?: Origin): Promise<void> {
      const file = `result-${ledger.results.size}`;
      await folder.write(file, writeResult(result));
      ledger.results.set(key, { key, file, pack, origin });
    },
  };
}
