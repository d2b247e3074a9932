/** Puts the focus on a photo's thumbnail, else on the way to add photos, as soon as the page shows what has just been changed. */
export function focusThumb(photo: string | undefined): void {
  requestAnimationFrame(() => {
    const thumb = document.querySelector<HTMLElement>(`.thumb[data-photo="${photo}"]`);
    (thumb ?? document.querySelector<HTMLElement>('.strip-tools button'))?.focus();
  });
}
