import { type DragEvent, useState } from 'react';

/** A drag inside the strip; files that are dragged over the page have another. */
const TYPE = 'application/x-vpd-photo';

interface Gap {
  readonly at: number;
  readonly side: 'before' | 'after';
}

/** The thumbnail under the pointer and the side of its middle that the pointer is on, along the strip. */
function gapAt(event: DragEvent<HTMLElement>): Gap | undefined {
  const item = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-at]') : null;
  if (!item) return undefined;
  const box = item.getBoundingClientRect();
  const lying = getComputedStyle(event.currentTarget).flexDirection === 'row';
  const before = lying ? event.clientX < box.x + box.width / 2 : event.clientY < box.y + box.height / 2;
  return { at: Number(item.dataset.at), side: before ? 'before' : 'after' };
}

/**
 * Reordering by drag and drop.
 * @param move Puts what lies at `from` where it ends up at `to`.
 */
export function useReorder(move: (from: number, to: number) => void) {
  const [gap, setGap] = useState<Gap>();
  const isOurs = (event: DragEvent) => event.dataTransfer.types.includes(TYPE);
  return {
    gap,
    onDragStart(event: DragEvent<HTMLElement>): void {
      event.dataTransfer.setData(TYPE, event.currentTarget.dataset.at ?? '');
      event.dataTransfer.effectAllowed = 'move';
    },
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
