import type { FromReport, ToReport } from '../../outputs/report/protocol.ts';
import { type AskedWorker, askWorker } from '../../worker-calls/ask.ts';

/** Starts a worker for one report; its memory is freed when it ends. */
export function reportWorker(): AskedWorker<ToReport, FromReport> {
  const worker = new Worker(new URL('../../outputs/report/worker.ts', import.meta.url), {
    type: 'module',
    name: 'report',
  });
  return askWorker(worker, 'The report');
}
