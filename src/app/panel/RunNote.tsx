import { useApp, useWorkbench } from '../context.ts';
import { failureNote, stoppedText } from './run-note.ts';
import './run-note.css';

/** Why nothing is computed, and the button to go on: after a failure, from the dismissal of its notice until it is solved, or after Stop. */
export function RunNote() {
  const { results, session } = useWorkbench();
  const failure = useApp((state) => failureNote(state, results));
  const stopped = useApp((state) => stoppedText(state, results));
  const unopened = useApp((state) => state.engine.phase === 'failed');
  const text = failure ?? stopped;
  if (text === undefined) return null;
  return (
    <div className="run-note" data-testid="run-note" data-failed={failure !== undefined || undefined}>
      <p>{text}</p>
      <button type="button" className="button small" onClick={session.retryFailed}>
        {failure !== undefined ? 'Retry' : unopened ? 'Open' : 'Run'}
      </button>
    </div>
  );
}
