import type { ReactNode } from 'react';
import type { BatchState } from './batch.ts';

const OF = { depth: 'Depth', refer: 'Masks', segment: 'Classes' } as const;

function headline({ phase, job, total, finished, problems, message }: BatchState): string {
  const what = job.task === 'refer' ? `Masks of “${job.prompt}”` : OF[job.task];
  const failed = problems.length === 0 ? '' : `, ${problems.length} of them without a result`;
  switch (phase) {
    case 'running':
      return `${what}: ${finished} of ${total} photos${failed}.`;
    case 'stopping':
      return `Stopping after ${finished} of ${total} photos…`;
    case 'done':
      return `${what}: all ${total} photos are done${failed}.`;
    case 'stopped':
      return `Stopped: ${finished} of ${total} photos are done${failed}.`;
    case 'failed':
      return message ?? 'The batch failed.';
  }
}

/** How far a batch is, and what did not work. */
export function BatchProgress({ batch, children }: { readonly batch: BatchState; readonly children: ReactNode }) {
  const { phase, total, finished, current, progress, problems } = batch;
  return (
    <section className="batch-progress" data-testid="batch" data-phase={phase} data-finished={finished}>
      <p role="status" data-failed={phase === 'failed' || undefined}>
        {headline(batch)}
      </p>
      {(phase === 'running' || phase === 'stopping') && (
        <>
          <progress aria-label="Photos done" value={finished} max={total} />
          <p className="quiet batch-current">
            {current} {progress && `– ${progress.label}`}
          </p>
        </>
      )}
      {problems.length > 0 && (
        <ul className="batch-problems" aria-label="Photos without a result">
          {problems.map(({ name, message }, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: names repeat, and the list only grows.
            <li key={at}>
              <b>{name}</b> {message}
            </li>
          ))}
        </ul>
      )}
      {children}
    </section>
  );
}
