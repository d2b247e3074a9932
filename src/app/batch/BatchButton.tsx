import { useRef, useState } from 'react';
import { Icon } from '../../ui/Icon.tsx';
import { Late } from '../../ui/Late.tsx';
import { useApp, useWorkbench } from '../context.ts';
import { headline } from './words.ts';

/** Opens the dialog that runs a task over all photos; while one runs, tells how far it is. */
export function BatchButton() {
  const { session } = useWorkbench();
  const [asked, setAsked] = useState(false);
  const dialog = useRef<HTMLDialogElement>(null);
  const any = useApp(({ photos }) => photos.length > 0);
  const phase = useApp(({ batch }) => batch?.phase);
  const done = useApp(({ batch }) => (batch?.phase === 'done' ? headline(batch) : undefined));
  const count = useApp(({ batch }) => (batch?.phase === 'running' ? `${batch.finished}/${batch.total}` : undefined));
  return (
    <>
      <button
        type="button"
        className="icon-button batch-button"
        aria-label="Run on all photos"
        title="Run on all photos, one ZIP"
        aria-haspopup="dialog"
        data-phase={phase}
        disabled={!any}
        onClick={() => {
          setAsked(true);
          dialog.current?.showModal();
        }}
      >
        {count === undefined ? <Icon name="stack" /> : <span className="batch-count">{count}</span>}
      </button>
      <span className="visually-hidden" role="status">
        {done}
      </span>
      {asked && (
        <Late
          what="The window for all photos"
          load={() => import('./BatchDialog.tsx')}
          onFail={(error) => {
            setAsked(false);
            session.report(error);
          }}
        >
          {({ BatchDialog }) => <BatchDialog ref={dialog} />}
        </Late>
      )}
    </>
  );
}
