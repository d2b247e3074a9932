import { type KeyboardEvent, memo, useId } from 'react';
import { Icon } from '../../ui/Icon.tsx';
import { type Handlers, runShortcut } from '../shortcuts/shortcuts.ts';
import type { PhotoItem } from '../store.ts';
import { startDrag } from './useReorder.ts';

/** What can be done to a photo of the strip, by its id. */
export interface ThumbActions {
  show(photo: string): void;
  /** Moves the focus by this many photos, at most to the first or the last. */
  go(photo: string, by: number): void;
  /** Moves the photo by this many places. */
  move(photo: string, by: number): void;
  remove(photo: string): void;
}

interface Props {
  readonly photo: PhotoItem;
  readonly at: number;
  readonly current: boolean;
  /** Whether the Tab key reaches it. */
  readonly stop: boolean;
  /** Side of this photo at which a dragged photo would be inserted. */
  readonly gap: 'before' | 'after' | undefined;
  /** Whether depth or classes are computed. */
  readonly computed: boolean;
  /** Number of masks. */
  readonly masks: number;
  /** What is known of the photo, in words. */
  readonly known: string;
  readonly actions: ThumbActions;
}

const isBack = (key: string): boolean => /Left|Up/.test(key);

/**
 * Shows a photo of the strip: a click selects it, a drag or Shift and an arrow key moves it, the cross or Delete removes it. Memoized, since
 * a folder may have a thousand photos, each of which changes the list while it is read.
 */
export const Thumb = memo(function Thumb(props: Props) {
  const { photo, at, current, stop, gap, computed, masks, known, actions } = props;
  const { id, name, url, source } = photo;
  const described = useId();
  const removable = source === 'user';

  function key(event: KeyboardEvent): void {
    const handlers: Handlers<'strip'> = {
      go: (pressed) => actions.go(id, isBack(pressed) ? -1 : 1),
      ends: (pressed) => actions.go(id, pressed === 'Home' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY),
      move: (pressed) => actions.move(id, isBack(pressed) ? -1 : 1),
      remove: () => removable && actions.remove(id),
    };
    if (runShortcut('strip', event, handlers)) event.preventDefault();
  }

  return (
    <li className="thumb-item" draggable data-at={at} data-gap={gap} onDragStart={startDrag}>
      <button
        type="button"
        className="thumb"
        data-photo={id}
        tabIndex={stop ? 0 : -1}
        aria-label={`Show ${name}`}
        aria-describedby={known ? described : undefined}
        aria-current={current}
        aria-keyshortcuts={`Shift+ArrowUp Shift+ArrowDown${removable ? ' Delete' : ''}`}
        title={name}
        onClick={() => actions.show(id)}
        onKeyDown={key}
      >
        {url ? <img src={url} alt="" draggable={false} /> : <Icon name="photo" />}
      </button>
      {known && (
        <span className="thumb-known">
          {computed && <Icon name="check" />}
          {masks > 0 && (
            <span className="thumb-masks" aria-hidden="true">
              {masks}
            </span>
          )}
          <span id={described} className="visually-hidden">
            {known}
          </span>
        </span>
      )}
      {removable && (
        <button
          type="button"
          className="thumb-remove"
          // By keys: Delete on the photo.
          tabIndex={-1}
          aria-label={`Remove ${name}`}
          onClick={() => actions.remove(id)}
        >
          <Icon name="close" />
        </button>
      )}
    </li>
  );
});
