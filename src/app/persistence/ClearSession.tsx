import { useRef } from 'react';
import { createPortal } from 'react-dom';
import { Dialog } from '../../ui/Dialog.tsx';
import { useApp, useWorkbench } from '../context.ts';
import './clear-session.css';

const WORDS = { saved: 'Saved on this machine', changed: 'Saving…', off: 'Not saved' } as const;

/** Shows whether the session is saved, and deletes it. */
export function ClearSession() {
  const { clear, session } = useWorkbench();
  const saved = useApp((state) => state.saved);
  const photos = useApp((state) => state.photos.filter(({ source }) => source === 'user').length);
  const dialog = useRef<HTMLDialogElement>(null);

  function confirm(): void {
    dialog.current?.close();
    clear().catch(session.showError);
  }

  return (
    <>
      <span
        className="kept-words quiet"
        title="Photos, masks, results and settings are kept in this browser for the next visit"
      >
        {WORDS[saved]}
      </span>
      <button
        type="button"
        className="link-button kept"
        aria-haspopup="dialog"
        onClick={() => dialog.current?.showModal()}
      >
        Clear session
      </button>
      {/* A portal: inside the footer its header would be a second banner landmark. */}
      {createPortal(
        <Dialog ref={dialog} title="Clear the session?">
          <p>
            {photos === 0 ? 'Masks' : photos === 1 ? 'Your photo, its masks' : `Your ${photos} photos, their masks`},
            results, settings and recent prompts are deleted from this machine. This cannot be undone.
          </p>
          <div className="row">
            <button type="button" className="button" onClick={() => dialog.current?.close()}>
              Keep it
            </button>
            <button type="button" className="button primary" onClick={confirm}>
              Clear
            </button>
          </div>
        </Dialog>,
        document.body,
      )}
    </>
  );
}
