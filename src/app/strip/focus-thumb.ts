/** Focuses a photo's thumbnail, or the button that adds photos if it has none, after the page has rendered the last change. */
export function focusThumb(photo: string | undefined): void {
  requestAnimationFrame(() => {
    const thumb = document.querySelector<HTMLElement>(`.thumb[data-photo="${photo}"]`);
    (thumb ?? document.querySelector<HTMLElement>('.strip-tools button'))?.focus();
  });
}
