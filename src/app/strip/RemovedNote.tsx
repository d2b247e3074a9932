import { Icon } from '../../ui/Icon.tsx';
import { useApp, useWorkbench } from '../context.ts';
import { focusThumb } from './focus-thumb.ts';

/** Offers to undo the last removal of a photo, until it is dismissed. */
export function RemovedNote() {
  const { session, store } = useWorkbench();
  const name = useApp((state) => state.removed);
  if (name === undefined) return null;

  // The focus moves to the restored photo once its file is read.
  async function undo(): Promise<void> {
    const restoring = session.undoRemove();
    // The element that has the focus after this note was removed.
    const focused = await new Promise((resolve) => requestAnimationFrame(() => resolve(document.activeElement)));
    const restored = await restoring;
    // If the user moved the focus meanwhile, it stays.
    if (document.activeElement === focused) focusThumb(restored ?? store.getState().selected);
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
