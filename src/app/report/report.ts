import { importCode } from '../../ui/import-code.ts';
import type { Photos } from '../photos/photos.ts';
import type { SessionParts } from '../session-parts.ts';

export interface Reports {
  /** Saves a report of these photos; the code for it is loaded now. */
  saveReport(photos: readonly string[], signal: AbortSignal): Promise<void>;
  /** Adds a report's photos to the strip and goes on where it was saved. */
  openReport(file: File): Promise<void>;
}

/** Whether a file is for `openReport`; what it holds decides the rest. */
export const looksLikeReport = ({ name, type }: File): boolean => type === 'text/html' || /\.html?$/i.test(name);

export function createReports(parts: SessionParts, photos: Photos): Reports {
  const { store, tell } = parts;

  /** Says what is going on while it lasts, and what went wrong. */
  async function busy(label: string, work: () => Promise<void>): Promise<void> {
    store.setState({ busy: label });
    try {
      await work();
    } catch (thrown) {
      tell(thrown);
    } finally {
      if (store.getState().busy === label) store.setState({ busy: undefined });
    }
  }

  return {
    saveReport: (ids, signal) =>
      busy('Writing the report', async () =>
        (await importCode(() => import('./save.ts'))).saveReport(parts, photos, ids, signal),
      ),
    openReport: (file) =>
      busy(`Opening ${file.name}`, async () =>
        (await importCode(() => import('./open.ts'))).openReport(parts, photos, file),
      ),
  };
}
