import { useState } from 'react';
import { useApp, useWorkbench } from '../context.ts';
import { lostByReload } from './leaving.ts';
import './update-prompt.css';

const SAYS = {
  ready: 'A new version of this page is ready.',
  elsewhere: 'Another tab has activated a new version of this page.',
} as const;

/** Offers a new version; the open page does not change until it is reloaded. */
export function UpdatePrompt() {
  const { update } = useWorkbench();
  const found = useApp((state) => state.offline.update);
  const lost = useApp(lostByReload);
  const [postponed, setPostponed] = useState<'ready' | 'elsewhere'>();
  const says = found === 'none' || found === postponed ? undefined : SAYS[found];
  return (
    <div className="update" role="status">
      {says && (
        <div className="update-card" data-testid="update">
          <p>
            {says} {lost}
          </p>
          <div className="row">
            <button type="button" className="button small primary" onClick={update}>
              Reload
            </button>
            <button type="button" className="button small" onClick={() => found !== 'none' && setPostponed(found)}>
              Later
            </button>
          </div>
        </div>
      )}
    </div>
  );
}
