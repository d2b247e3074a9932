import { Icon } from '../../ui/Icon.tsx';
import { useApp, useWorkbench } from '../context.ts';
import { focusThumb } from './focus-thumb.ts';

/** Names what was left out of the last folder, until it is dismissed. */
export function LeftOutNote() {
  const { store } = useWorkbench();
  const text = useApp((state) => state.leftOut);
  if (text === undefined) return null;
  function dismiss(): void {
    store.setState({ leftOut: undefined });
    focusThumb(store.getState().selected);
  }
  return (
    <div className="removed left-out" data-testid="left-out">
      <p>{text}</p>
      <button type="button" className="icon-button small" aria-label="Dismiss" onClick={dismiss}>
        <Icon name="close" />
      </button>
    </div>
  );
}
