/** Width of an item's focus outline in CSS pixels. */
const RING = 3;

/**
 * Scrolls a box, but not its ancestors, by the smallest distance that makes an item and its outline visible.
 * @param peek CSS pixels around the item that become visible, too, if there is room, so that one sees that there is more
 */
export function reveal(box: Element, item: Element | undefined, peek = 0): void {
  if (!item) return;
  const [outer, inner] = [box.getBoundingClientRect(), item.getBoundingClientRect()];
  const past = (start: number, end: number, from: number, to: number): number => {
    const around = RING + Math.min(peek, Math.max(0, (end - start - (to - from)) / 2 - RING));
    return Math.min(from - around - start, 0) || Math.max(to + around - end, 0);
  };
  box.scrollBy(
    past(outer.left, outer.right, inner.left, inner.right),
    past(outer.top, outer.bottom, inner.top, inner.bottom),
  );
}
