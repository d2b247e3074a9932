import { appendFile, readFile, truncate } from 'node:fs/promises';
import { VpdError } from '../../errors.ts';
import type { Sums } from '../../eval/sums.ts';
import { cellText, parseTable, tableHeader, tableRow } from '../../eval/table.ts';
import { hasErrno } from './paths.ts';

/** Results in a CSV file, from which a later run resumes. */
export interface ResultLog {
  /** Returns the result of an item from an earlier run. */
  known(item: string): Sums | undefined;
  append(item: string, sums: Sums): Promise<void>;
}

/**
 * Opens or creates the results of one run.
 * @param run identifies the run; a file of another run is refused
 * @throws VpdError bad-file, storage
 */
export async function openResultLog(path: string, run: string, empty: Sums): Promise<ResultLog> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    if (hasErrno(cause, 'ENOENT')) return Buffer.alloc(0);
    throw new VpdError('storage', `${path} cannot be read; give another --csv.`, { cause });
  });
  const write = (what: Promise<void>): Promise<void> =>
    what.catch((cause: unknown) => {
      throw new VpdError('storage', `${path} cannot be written; make room or give another --csv.`, { cause });
    });
  const end = bytes.lastIndexOf('\n') + 1;
  const known = end === 0 ? new Map<string, Sums>() : parseTable(bytes.toString('utf8'), path, run, empty);
  // An incomplete last line is removed and computed again. Without a complete line, the file must be the beginning of a table.
  if (end === 0 && !tableHeader(empty).startsWith(bytes.toString('utf8')))
    throw new VpdError('bad-file', `${path} is not a table of results; give another --csv.`);
  if (end < bytes.length) await write(truncate(path, end));
  if (end === 0) await write(appendFile(path, tableHeader(empty)));
  return {
    known: (item) => known.get(cellText(item)),
    append: (item, sums) => write(appendFile(path, tableRow(run, item, sums))),
  };
}
