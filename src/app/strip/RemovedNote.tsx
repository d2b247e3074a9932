import { Icon } from '../../ui/Icon.tsx';
import { useApp, useWorkbench } from '../context.ts';
import { focusThumb } from './focus-thumb.ts';

/** A photo that was taken away can be brought back, with all that was found in it, until this is dismissed. */
export function RemovedNote() {
  const { session, store } = useWorkbench();
  const name = useApp((state) => state.removed);
  if (name === undefined) return null;

  // Focus goes on to the photo that comes back, once its file has been read.
  async function undo(): Promise<void> {
    const coming = session.undoRemove();
    // The note is gone, and the focus where it fell.
    const fallen = await new Promise((resolve) => requestAnimationFrame(() => resolve(document.activeElement)));
    const back = await coming;
    // Who has gone on meanwhile stays there.
    if (document.activeElement === fallen) focusThumb(back ?? store.getState().selected);
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
