import { appendFile, readFile, truncate } from 'node:fs/promises';
import { VpdError } from '../errors.ts';
import type { Sums } from '../eval/sums.ts';
import { cellText, parseTable, tableHeader, tableRow } from '../eval/table.ts';
import { hasErrno } from './data/files.ts';

/** Results as they come, in a CSV file that a later run goes on with. */
export interface ResultLog {
  /** What an earlier run already found of an item. */
  known(item: string): Sums | undefined;
  append(item: string, sums: Sums): Promise<void>;
}

/**
 * Opens the results of one run, or begins them.
 * @param run what the results are of: a file of another run is refused
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
  // What was cut off in the middle of a line is done again. Nothing else than a table's beginning is written over.
  if (end === 0 && !tableHeader(empty).startsWith(bytes.toString('utf8')))
    throw new VpdError('bad-file', `${path} is no table of results; give another --csv.`);
  if (end < bytes.length) await write(truncate(path, end));
  if (end === 0) await write(appendFile(path, tableHeader(empty)));
  return {
    known: (item) => known.get(cellText(item)),
    append: (item, sums) => write(appendFile(path, tableRow(run, item, sums))),
  };
}
