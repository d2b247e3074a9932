import { useState } from 'react';
import { useApp, useWorkbench } from '../context.ts';
import './update-prompt.css';

const SAYS = {
  ready: 'A new version of this page is ready.',
  elsewhere: 'Another tab has put a new version of this page to use.',
} as const;

/** Asks before anything changes under the user's hands: the page stays what it is until it is loaded again. */
export function UpdatePrompt() {
  const { update } = useWorkbench();
  const found = useApp((state) => state.offline.update);
  const [put, setPut] = useState<'ready' | 'elsewhere'>();
  const says = found === 'none' || found === put ? undefined : SAYS[found];
  return (
    <div className="update" role="status">
      {says && (
        <div className="update-card" data-testid="update">
          <p>{says}</p>
          <div className="row">
            <button type="button" className="button small primary" onClick={update}>
              Reload
            </button>
            <button type="button" className="button small" onClick={() => found !== 'none' && setPut(found)}>
              Later
            </button>
          </div>
        </div>
      )}
    </div>
  );
}
