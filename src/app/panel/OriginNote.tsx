import { shortHash } from '../../weights/pack/pack-summary.ts';
import { useApp, useWorkbench } from '../context.ts';
import { otherOrigin, shownKey } from '../results/selectors.ts';
import { packOf } from '../store.ts';
import './origin.css';

/** Note for a shown result that was not computed here: where it is from and which model computed it. */
export function OriginNote() {
  const { results, session } = useWorkbench();
  useApp((state) => state.revision);
  const origin = results.get(useApp((state) => shownKey(state, results)) ?? '')?.origin;
  const open = useApp(packOf);
  const other = useApp((state) => otherOrigin(state, results)) !== undefined;
  if (!origin) return null;
  const { from, pack } = origin;
  return (
    <div className="note origin" data-testid="origin" data-pack={pack.hash} data-other={other || undefined}>
      <p>
        Loaded from {from}; computed by {pack.name} <code>{shortHash(pack.hash)}</code>
        {other && open && (
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
