import { useEffect, useId, useRef } from 'react';
import { Icon } from '../../ui/Icon.tsx';
import { useApp } from '../context.ts';
import { AddModel } from './AddModel.tsx';
import { JobNote } from './JobNote.tsx';
import { ShelfRows } from './ShelfRows.tsx';
import { StorageNote } from './StorageNote.tsx';
import { NO_SHELF } from './state.ts';
import { useShelf } from './useShelf.ts';
import './shelf.css';

/** The models that are stored in this browser, and how more of them come here. */
export function ShelfDialog() {
  const shelf = useShelf();
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  const message = useApp((state) => (state.shelf ?? NO_SHELF).message);
  useEffect(() => dialog.current?.showModal(), []);
  const close = () => shelf((controller) => controller.close());

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a dialog by itself
    <dialog
      ref={dialog}
      className="sheet shelf"
      aria-labelledby={title}
      data-testid="shelf"
      onClose={close}
      // Only the backdrop is the dialog itself: its content covers the rest.
      onClick={(event) => event.target === event.currentTarget && event.currentTarget.close()}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        event.stopPropagation();
        const files = [...event.dataTransfer.files];
        if (files.length > 0) shelf((controller) => controller.importFiles(files));
      }}
    >
      <div className="sheet-content">
        <div className="shelf-row-head">
          <h2 id={title}>Models</h2>
          <button
            type="button"
            className="icon-button small"
            aria-label="Close"
            onClick={() => dialog.current?.close()}
          >
            <Icon name="close" />
          </button>
        </div>
        <div role="status" className="shelf-status">
          <JobNote />
          {message && (
            <p className="shelf-message" data-tone={message.tone} data-testid="shelf-message">
              {message.text}
            </p>
          )}
        </div>
        <ShelfRows />
        <AddModel />
        <StorageNote />
      </div>
    </dialog>
  );
}
