import { type DragEvent, useState } from 'react';

/** Data type of a drag inside the strip, which distinguishes it from dragged files. */
const TYPE = 'application/x-vpd-photo';

interface Gap {
  readonly at: number;
  readonly side: 'before' | 'after';
}

/** Returns the thumbnail under the pointer, and on which side of its middle the pointer is, along the strip. */
function gapAt(event: DragEvent<HTMLElement>): Gap | undefined {
  const item = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-at]') : null;
  if (!item) return undefined;
  const box = item.getBoundingClientRect();
  const horizontal = getComputedStyle(event.currentTarget).flexDirection === 'row';
  const before = horizontal ? event.clientX < box.x + box.width / 2 : event.clientY < box.y + box.height / 2;
  return { at: Number(item.dataset.at), side: before ? 'before' : 'after' };
}

/** Starts to drag a thumbnail. */
export function startDrag(event: DragEvent<HTMLElement>): void {
  event.dataTransfer.setData(TYPE, event.currentTarget.dataset.at ?? '');
  event.dataTransfer.effectAllowed = 'move';
}

/**
 * Reordering by drag and drop.
 * @param move Moves the photo at index `from` to index `to`.
 */
export function useReorder(move: (from: number, to: number) => void) {
  const [gap, setGap] = useState<Gap>();
  const isOurs = (event: DragEvent) => event.dataTransfer.types.includes(TYPE);
  return {
    gap,
    list: {
      onDragOver(event: DragEvent<HTMLElement>): void {
        if (!isOurs(event)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = 'move';
        setGap(gapAt(event));
      },
      onDragLeave(): void {
        setGap(undefined);
      },
      onDragEnd(): void {
        setGap(undefined);
      },
      onDrop(event: DragEvent<HTMLElement>): void {
        if (!isOurs(event)) return;
        event.preventDefault();
        setGap(undefined);
        const to = gapAt(event);
        const from = Number(event.dataTransfer.getData(TYPE));
        if (!to) return;
        const before = to.side === 'before' ? to.at : to.at + 1;
        move(from, before > from ? before - 1 : before);
      },
    },
  };
}
