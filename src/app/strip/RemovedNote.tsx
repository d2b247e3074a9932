import { Icon } from '../../ui/Icon.tsx';
import { useApp, useWorkbench } from '../context.ts';
import { focusThumb } from './focus-thumb.ts';

/** A photo that was taken away can be brought back, with all that was found in it, until this is dismissed. */
export function RemovedNote() {
  const { session, store } = useWorkbench();
  const name = useApp((state) => state.removed);
  if (name === undefined) return null;

  // Focus would be lost with the note: it goes on to the photo that comes back, once its file has been read, or to the one on show.
  async function undo(): Promise<void> {
    const back = await session.undoRemove();
    // Who has gone on meanwhile stays there.
    if (document.activeElement === document.body) focusThumb(back ?? store.getState().selected);
  }

  function dismiss(): void {
    session.forgetRemoved();
    focusThumb(store.getState().selected);
  }

  return (
    <div className="removed" data-testid="removed">
      <p role="status">Removed {name}.</p>
      <button type="button" className="button small" onClick={undo}>
        <Icon name="undo" /> Undo
      </button>
      <button type="button" className="icon-button small" aria-label="Dismiss" onClick={dismiss}>
        <Icon name="close" />
      </button>
    </div>
  );
}
