import type { DragEvent, KeyboardEvent } from 'react';
import { Icon } from '../../ui/Icon.tsx';
import { useApp, useWorkbench } from '../context.ts';
import { type Handlers, runShortcut } from '../shortcuts/shortcuts.ts';
import type { PhotoItem } from '../store.ts';

interface Props {
  readonly photo: PhotoItem;
  readonly at: number;
  /** Side of this photo at which a dragged photo would be inserted. */
  readonly gap: 'before' | 'after' | undefined;
  /** Moves the photo by this many places in the strip. */
  onMove(by: number): void;
  /** Moves the focus by this many photos. */
  onGo(by: number): void;
  onRemove(): void;
  onDrag(event: DragEvent<HTMLLIElement>): void;
}

const isBack = (key: string): boolean => /Left|Up/.test(key);

/** Shows a photo of the strip: a click selects it, a drag or Shift and an arrow key moves it, the cross removes it. */
export function Thumb({ photo, at, gap, onMove, onGo, onRemove, onDrag }: Props) {
  const { session } = useWorkbench();
  const current = useApp((state) => state.selected === photo.id);
  const { id, name, url, source } = photo;
  const removable = source === 'user';

  function key(event: KeyboardEvent): void {
    const handlers: Handlers<'strip'> = {
      go: (pressed) => onGo(isBack(pressed) ? -1 : 1),
      move: (pressed) => onMove(isBack(pressed) ? -1 : 1),
      remove: () => removable && onRemove(),
    };
    if (runShortcut('strip', event, handlers)) event.preventDefault();
  }

  return (
    <li className="thumb-item" draggable data-at={at} data-gap={gap} onDragStart={onDrag}>
      <button
        type="button"
        className="thumb"
        data-photo={id}
        aria-label={`Show ${name}`}
        aria-current={current}
        aria-keyshortcuts={`Shift+ArrowUp Shift+ArrowDown${removable ? ' Delete' : ''}`}
        title={name}
        onClick={() => session.select(id)}
        onKeyDown={key}
      >
        {url ? <img src={url} alt="" draggable={false} /> : <Icon name="photo" />}
      </button>
      {removable && (
        <button type="button" className="thumb-remove" aria-label={`Remove ${name}`} onClick={onRemove}>
          <Icon name="close" />
        </button>
      )}
    </li>
  );
}
