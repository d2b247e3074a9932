/** What can have the focus by the keyboard. */
const FOCUSABLE = 'a[href], button, input, select, textarea, summary, [tabindex]';
/** A control that is switched off for no longer than this, while it works, has the focus back. */
const BRIEFLY_MS = 600;

const controlsIn = (host: Element): readonly HTMLElement[] => [...host.querySelectorAll<HTMLElement>(FOCUSABLE)];
const canHaveFocus = (element: HTMLElement): boolean =>
  element.tabIndex >= 0 && !element.matches(':disabled') && element.checkVisibility({ visibilityProperty: true });

/** An element that holds the one with the focus, and how many controls in it come before that one. */
interface Holder {
  readonly element: Element;
  readonly before: number;
}

/** From the inside out. */
function holdersOf(target: HTMLElement): readonly Holder[] {
  const holders: Holder[] = [];
  for (let element = target.parentElement; element && element !== document.body; element = element.parentElement)
    holders.push({ element, before: Math.max(0, controlsIn(element).indexOf(target)) });
  return holders;
}

/** What has taken the place of a control in the nearest element that is left of those which held it. */
function successor(holders: readonly Holder[]): HTMLElement | undefined {
  for (const { element, before } of holders) {
    const controls = element.isConnected ? controlsIn(element) : [];
    const found =
      controls.slice(before).find(canHaveFocus) ?? controls.slice(0, before).findLast((each) => canHaveFocus(each));
    if (found) return found;
  }
  return undefined;
}

/**
 * Where a control that has the focus by the keyboard is taken away, hidden or switched off, the focus would fall to the whole page, and whoever
 * uses the keyboard or a screen reader would begin at its top: it goes to the control that has taken its place, the nearest that there is.
 */
export function keepFocus(): void {
  let last: HTMLElement | undefined;
  let holders: readonly Holder[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  function follow(target: EventTarget | null): void {
    clearTimeout(timer);
    timer = undefined;
    last = target instanceof HTMLElement && target.matches(':focus-visible') ? target : undefined;
    holders = last ? holdersOf(last) : [];
  }

  /** Whether the one that had the focus is there no more, and no other has it. */
  function isLost(): boolean {
    const active = document.activeElement;
    if (!last || (active !== document.body && active !== last)) return false;
    return !last.isConnected || last.matches(':disabled') || last.closest('[hidden]') !== null;
  }

  function look(): void {
    if (isLost()) {
      // Not at once: the key that took the control away would press the one in its place, too.
      timer ??= setTimeout(() => isLost() && successor(holders)?.focus(), last?.isConnected ? BRIEFLY_MS : 0);
    } else if (timer !== undefined) {
      clearTimeout(timer);
      timer = undefined;
      if (document.activeElement === document.body) last?.focus();
    }
  }

  document.addEventListener('focusin', ({ target }) => follow(target));
  // Who presses elsewhere leaves it.
  document.addEventListener('pointerdown', () => follow(null), true);
  new MutationObserver(look).observe(document.body, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ['disabled', 'hidden'],
  });
}
