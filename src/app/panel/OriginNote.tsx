import { isSameModel, shortHash } from '../../weights/pack-summary.ts';
import { useApp, useWorkbench } from '../context.ts';
import { shownKey } from '../results/shown.ts';
import { packOf } from '../store.ts';
import './origin.css';

/** Says so where the result on show was not computed here, and by which model it was. */
export function OriginNote() {
  const { results, session } = useWorkbench();
  useApp((state) => state.revision);
  const origin = results.get(useApp((state) => shownKey(state, results)) ?? '')?.origin;
  const open = useApp(packOf);
  if (!origin) return null;
  const { from, pack } = origin;
  const other = open !== undefined && !isSameModel(open.hash, pack.hash);
  return (
    <div className="note origin" data-testid="origin" data-pack={pack.hash} data-other={other || undefined}>
      <p>
        From {from}, computed by {pack.name} <code>{shortHash(pack.hash)}</code>
        {other && (
          <>
            ; the model open here is another one, {open.name} <code>{shortHash(open.hash)}</code>
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
