import { useApp, useWorkbench } from '../context.ts';
import { failureText } from './run-note.ts';
import './run-note.css';

/** What failed and its Retry button, from the failure until it is solved; the notice about it may be dismissed before. */
export function RunNote() {
  const { results, session } = useWorkbench();
  const failure = useApp((state) => failureText(state, results));
  if (failure === undefined) return null;
  return (
    <div className="run-note" data-testid="run-note">
      <p>{failure}</p>
      <button type="button" className="button small" onClick={session.retryFailed}>
        Retry
      </button>
    </div>
  );
}
