/** CSS pixels around an item that its outline takes. */
const RING = 3;

/** Scrolls a box, and nothing around it, by as little as brings one of its items, outline and all, into view. */
export function reveal(box: Element, item: Element | undefined): void {
  if (!item) return;
  const [outer, inner] = [box.getBoundingClientRect(), item.getBoundingClientRect()];
  const past = (before: number, after: number): number => Math.min(before, 0) || Math.max(after, 0);
  box.scrollBy(
    past(inner.left - RING - outer.left, inner.right + RING - outer.right),
    past(inner.top - RING - outer.top, inner.bottom + RING - outer.bottom),
  );
}
