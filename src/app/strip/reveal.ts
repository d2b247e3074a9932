/** Width of an item's focus outline in CSS pixels. */
const RING = 3;

/** Scrolls a box, but not its ancestors, by the smallest distance that makes an item and its outline visible. */
export function reveal(box: Element, item: Element | undefined): void {
  if (!item) return;
  const [outer, inner] = [box.getBoundingClientRect(), item.getBoundingClientRect()];
  const past = (before: number, after: number): number => Math.min(before, 0) || Math.max(after, 0);
  box.scrollBy(
    past(inner.left - RING - outer.left, inner.right + RING - outer.right),
    past(inner.top - RING - outer.top, inner.bottom + RING - outer.bottom),
  );
}
