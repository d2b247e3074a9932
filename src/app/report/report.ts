import { importCode } from '../../ui/import-code.ts';
import type { Photos } from '../photos/photos.ts';
import type { SessionParts } from '../session-parts.ts';

export interface Reports {
  /** Saves a report of these photos; its code is loaded now. */
  saveReport(photos: readonly string[], signal: AbortSignal): Promise<void>;
  /** Adds a report's photos to the strip, with its results and settings. */
  openReport(file: File): Promise<void>;
}

/** The page's label while a report is written. */
export const WRITING_REPORT = 'Writing the report';

/** True if a file may be a report, by its type and name; `openReport` checks its content. */
export const looksLikeReport = ({ name, type }: File): boolean => type === 'text/html' || /\.html?$/i.test(name);

export function createReports(parts: SessionParts, photos: Photos): Reports {
  const { store, showError } = parts;

  /** Shows `label` while `work` runs, and reports its error. */
  async function busy(label: string, work: () => Promise<void>): Promise<void> {
    store.setState({ busy: label });
    try {
      await work();
    } catch (thrown) {
      showError(thrown);
    } finally {
      if (store.getState().busy === label) store.setState({ busy: undefined });
    }
  }

  return {
    saveReport: (ids, signal) =>
      busy(WRITING_REPORT, async () =>
        (await importCode(() => import('./save.ts'))).saveReport(parts, photos, ids, signal),
      ),
    openReport: (file) =>
      busy(`Opening ${file.name}`, async () =>
        (await importCode(() => import('./open.ts'))).openReport(parts, photos, file),
      ),
  };
}
