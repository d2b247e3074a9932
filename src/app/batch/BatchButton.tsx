import { LazyDialogButton } from '../../ui/LazyDialogButton.tsx';
import { useApp, useWorkbench } from '../context.ts';
import type { BatchState } from './state.ts';
import { headline } from './words.ts';
import './batch-button.css';

const ENDED: ReadonlySet<string> = new Set<BatchState['phase']>(['done', 'stopped', 'failed']);

/** Opens the dialog that runs a task over all photos; shows the progress while a batch runs. */
export function BatchButton() {
  const { session } = useWorkbench();
  const any = useApp(({ photos }) => photos.length > 0);
  const phase = useApp(({ batch }) => batch?.phase);
  // An end with a message has a notice, which is spoken.
  const ended = useApp(({ batch }) =>
    batch && batch.message === undefined && ENDED.has(batch.phase) ? headline(batch) : undefined,
  );
  const count = useApp(({ batch }) => (batch?.phase === 'running' ? `${batch.finished}/${batch.total}` : undefined));
  return (
    <>
      <LazyDialogButton
        className="button batch-button"
        aria-label="Run on all photos"
        title="Run on all photos, one ZIP"
        data-phase={phase}
        disabled={!any}
        face={count === undefined ? 'Run on all' : <span className="figure">{count}</span>}
        what="The window for all photos"
        load={() => import('./BatchDialog.tsx')}
        onFail={session.showError}
      >
        {({ BatchDialog }, { ref }) => <BatchDialog ref={ref} />}
      </LazyDialogButton>
      <span className="visually-hidden" role="status">
        {ended}
      </span>
    </>
  );
}
