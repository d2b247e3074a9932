/** What can have the focus by the keyboard. */
const FOCUSABLE = 'a[href], button, input, select, textarea, summary, [tabindex]';

const canHaveFocus = (element: HTMLElement): boolean =>
  element.tabIndex >= 0 && !element.matches(':disabled') && element.checkVisibility({ visibilityProperty: true });

const focusableIn = (host: Element): readonly HTMLElement[] =>
  [...host.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(canHaveFocus);

/** An element that holds the one with the focus, and how many others in it come before that one. */
interface Holder {
  readonly element: Element;
  readonly before: number;
}

/** From the inside out. */
function holdersOf(target: HTMLElement): readonly Holder[] {
  const holders: Holder[] = [];
  for (let element = target.parentElement; element && element !== document.body; element = element.parentElement)
    holders.push({ element, before: Math.max(0, focusableIn(element).indexOf(target)) });
  return holders;
}

/**
 * Where a control that has the focus by the keyboard is taken away, hidden or switched off, the focus would fall to the whole page, and whoever
 * uses the keyboard or a screen reader would begin at its top: it goes to the control that has taken its place, the nearest that there is.
 */
export function keepFocus(): void {
  let last: HTMLElement | undefined;
  let holders: readonly Holder[] = [];

  document.addEventListener('focusin', ({ target }) => {
    const byKeyboard = target instanceof HTMLElement && target.matches(':focus-visible');
    last = byKeyboard ? target : undefined;
    holders = byKeyboard ? holdersOf(target) : [];
  });

  // Who presses elsewhere leaves it.
  document.addEventListener('pointerdown', () => (last = undefined), true);

  function handOn(): void {
    if (!last || document.activeElement !== document.body || (last.isConnected && canHaveFocus(last))) return;
    const found = holders.map(({ element, before }) => ({
      all: element.isConnected ? focusableIn(element) : [],
      before,
    }));
    const nearest = found.find(({ all }) => all.length > 0);
    nearest?.all[Math.min(nearest.before, nearest.all.length - 1)]?.focus();
  }

  // In the next frame: the key that took the control away would press the one in its place, too.
  new MutationObserver(() => {
    if (last && document.activeElement === document.body) requestAnimationFrame(handOn);
  }).observe(document.body, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ['disabled', 'hidden'],
  });
}
