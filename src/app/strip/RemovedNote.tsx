import { Icon } from '../../ui/Icon.tsx';
import { useApp, useWorkbench } from '../context.ts';

/** A photo that was taken away can be brought back, with all that was found in it, until this is dismissed. */
export function RemovedNote() {
  const { session } = useWorkbench();
  const name = useApp((state) => state.removed);
  if (name === undefined) return null;
  return (
    <div className="removed" data-testid="removed">
      <p role="status">Removed {name}.</p>
      <button type="button" className="button small" onClick={session.undoRemove}>
        <Icon name="undo" /> Undo
      </button>
      <button type="button" className="icon-button small" aria-label="Dismiss" onClick={session.forgetRemoved}>
        <Icon name="close" />
      </button>
    </div>
  );
}
