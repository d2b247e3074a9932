/** Scrolls a box, and nothing around it, by as little as brings one of its items into view. */
export function reveal(box: Element, item: Element | undefined): void {
  if (!item) return;
  const [outer, inner] = [box.getBoundingClientRect(), item.getBoundingClientRect()];
  const past = (before: number, after: number): number => Math.min(before, 0) || Math.max(after, 0);
  box.scrollBy(
    past(inner.left - outer.left, inner.right - outer.right),
    past(inner.top - outer.top, inner.bottom - outer.bottom),
  );
}
