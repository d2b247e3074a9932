import { type Asked, askWorker } from '../../asking/ask.ts';
import type { FromReport, ToReport } from '../../outputs/report/job.ts';

/** A worker for one report: its memory goes with it. */
export function reportWorker(): Asked<ToReport, FromReport> {
  const worker = new Worker(new URL('../../outputs/report/worker.ts', import.meta.url), {
    type: 'module',
    name: 'report',
  });
  return askWorker(worker, 'The report');
}
