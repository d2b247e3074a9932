import type { DragEvent, KeyboardEvent } from 'react';
import { Icon } from '../../ui/Icon.tsx';
import { useApp, useWorkbench } from '../context.ts';
import { type Handlers, runShortcut } from '../shortcuts/shortcuts.ts';
import type { PhotoItem } from '../store.ts';

interface Props {
  readonly photo: PhotoItem;
  readonly at: number;
  /** Where a photo that is dragged would come to lie: before or after this one. */
  readonly gap: 'before' | 'after' | undefined;
  /** Steps by which the photo moves in the strip. */
  onMove(by: number): void;
  /** Steps to the photo that gets the focus. */
  onGo(by: number): void;
  onRemove(): void;
  onDrag(event: DragEvent<HTMLLIElement>): void;
}

const isBack = (key: string): boolean => /Left|Up/.test(key);

/** A photo of the strip: a click shows it, a drag or Shift and an arrow moves it, the cross takes it away. */
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
