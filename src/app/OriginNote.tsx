import { useApp, useWorkbench } from './context.ts';
import { shownKey } from './runs.ts';
import './origin.css';

/** Digits of a pack's hash that people compare. */
const SHOWN_DIGITS = 12;

/** Says so where the result on show was not computed here, and by which model it was. */
export function OriginNote() {
  const { results, session } = useWorkbench();
  useApp((state) => state.revision);
  const origin = results.get(useApp(shownKey) ?? '')?.origin;
  const open = useApp(({ engine }) => (engine.phase === 'ready' ? engine.pack : undefined));
  if (!origin) return null;
  const { from, pack } = origin;
  const other = open !== undefined && open.hash !== pack.hash;
  return (
    <div className="note origin" data-testid="origin" data-pack={pack.hash} data-other={other || undefined}>
      <p>
        From {from}, computed by {pack.name} <code>{pack.hash.slice(0, SHOWN_DIGITS)}</code>
        {other && (
          <>
            ; the model open here is another one, {open.name} <code>{open.hash.slice(0, SHOWN_DIGITS)}</code>
          </>
        )}
        .
      </p>
      <button type="button" className="button small" disabled={!open} onClick={session.computeHere}>
        Compute it here
      </button>
    </div>
  );
}
