import type { ReactNode } from 'react';
import type { BatchState } from './state.ts';
import { headline } from './words.ts';

/** Shows the progress of a batch, and the problems of its photos. */
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
        <ul className="batch-problems" aria-label="Problems">
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
