import { type MouseEvent, useState } from 'react';
import { Icon } from '../../../ui/Icon.tsx';
import { deletedMask, type MaskHistory } from './masks.ts';

interface Props {
  readonly history: MaskHistory;
  onUndo(): void;
}

/** Lists of masks whose note was dismissed; it stays so when the panel is opened again. */
const dismissed = new WeakSet<MaskHistory['items']>();

/** Offers to undo the deletion of a mask, until the masks are changed again or it is dismissed. */
export function DeletedNote({ history, onUndo }: Props) {
  const [, dismiss] = useState<MaskHistory['items']>();
  const deleted = dismissed.has(history.items) ? undefined : deletedMask(history);

  function undo({ currentTarget }: MouseEvent): void {
    const group = currentTarget.closest('.group');
    onUndo();
    // This button is removed; the restored mask is the shown one.
    requestAnimationFrame(() => group?.querySelector<HTMLElement>('.mask-name[aria-pressed="true"]')?.focus());
  }

  return (
    // Always rendered: screen readers announce only changes of a live region.
    <div className="said" role="status">
      {deleted && (
        <div className="deleted" data-testid="deleted">
          <p>
            Deleted <bdi>{deleted.name}</bdi>
          </p>
          <button type="button" className="button small" onClick={undo}>
            <Icon name="undo" /> Undo
          </button>
          <button
            type="button"
            className="icon-button small"
            aria-label="Dismiss"
            onClick={() => {
              dismissed.add(history.items);
              dismiss(history.items);
            }}
          >
            <Icon name="close" />
          </button>
        </div>
      )}
    </div>
  );
}
