import { useLayoutEffect, useRef } from 'react';
import { looksLikePack } from '../../storage/shelf/looks-like-pack.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { useApp } from '../context.ts';
import { AddModel } from './AddModel.tsx';
import { JobNote } from './JobNote.tsx';
import { ShelfRows } from './ShelfRows.tsx';
import { StorageNote } from './StorageNote.tsx';
import { useShelf } from './useShelf.ts';
import './shelf.css';

/** Dialog of the models stored in this browser, and of the ways to add more. */
export function ShelfDialog() {
  const shelf = useShelf();
  const dialog = useRef<HTMLDialogElement>(null);
  const message = useApp((state) => state.shelf?.message);
  // Closed before it is unmounted, so that the focus returns to the element that opened it.
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);

  return (
    <Dialog ref={dialog} title="Models" onClose={() => shelf((controller) => controller.close())}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the button that picks files does the same by keys */}
      <div
        className="shelf"
        data-testid="shelf"
        // The page accepts drops anywhere. Photos and checkpoints close this dialog, which would hide them.
        onDrop={({ dataTransfer }) =>
          looksLikePack([...dataTransfer.files]) || shelf((controller) => controller.close())
        }
      >
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
    </Dialog>
  );
}
