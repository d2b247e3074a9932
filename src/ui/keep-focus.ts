/** Elements that the keyboard can focus. */
const FOCUSABLE = 'a[href], button, input, select, textarea, summary, [tabindex]';
/** A control that is disabled for at most this long (while its action runs) gets the focus back. */
const BRIEF_MS = 600;

const controlsIn = (host: Element): readonly HTMLElement[] => [...host.querySelectorAll<HTMLElement>(FOCUSABLE)];
const canHaveFocus = (element: HTMLElement): boolean =>
  element.tabIndex >= 0 && !element.matches(':disabled') && element.checkVisibility({ visibilityProperty: true });

/** An ancestor of the control with the focus, and the number of controls in it before that one. */
interface Ancestor {
  readonly element: Element;
  readonly before: number;
}

/** Lists the ancestors of a control, the nearest first. */
function ancestorsOf(target: HTMLElement): readonly Ancestor[] {
  const ancestors: Ancestor[] = [];
  for (let element = target.parentElement; element && element !== document.body; element = element.parentElement)
    ancestors.push({ element, before: Math.max(0, controlsIn(element).indexOf(target)) });
  return ancestors;
}

/** Finds the control that replaces a lost one: in its nearest ancestor that still has controls, the next one or else the previous one. */
function successor(ancestors: readonly Ancestor[]): HTMLElement | undefined {
  for (const { element, before } of ancestors) {
    const controls = element.isConnected ? controlsIn(element) : [];
    const found =
      controls.slice(before).find(canHaveFocus) ?? controls.slice(0, before).findLast((each) => canHaveFocus(each));
    if (found) return found;
  }
  return undefined;
}

/**
 * Moves the keyboard focus to the nearest remaining control when the focused one is removed, hidden or disabled. Otherwise the browser moves
 * it to the body, and users of the keyboard or of a screen reader have to start at the top of the page.
 */
export function keepFocus(): void {
  let last: HTMLElement | undefined;
  let ancestors: readonly Ancestor[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  function follow(target: EventTarget | null): void {
    clearTimeout(timer);
    timer = undefined;
    last = target instanceof HTMLElement && target.matches(':focus-visible') ? target : undefined;
    ancestors = last ? ancestorsOf(last) : [];
  }

  /** True if the control that had the focus is no longer available, and no other has the focus. */
  function isLost(): boolean {
    const active = document.activeElement;
    if (!last || (active !== document.body && active !== last)) return false;
    return !last.isConnected || last.matches(':disabled') || last.closest('[hidden]') !== null;
  }

  function checkFocus(): void {
    if (isLost()) {
      // Delayed, because otherwise the key that removed the control would also press its replacement.
      timer ??= setTimeout(() => isLost() && successor(ancestors)?.focus(), last?.isConnected ? BRIEF_MS : 0);
    } else if (timer !== undefined) {
      clearTimeout(timer);
      timer = undefined;
      if (document.activeElement === document.body) last?.focus();
    }
  }

  document.addEventListener('focusin', ({ target }) => follow(target));
  // A press elsewhere takes the focus away on purpose.
  document.addEventListener('pointerdown', () => follow(null), true);
  new MutationObserver(checkFocus).observe(document.body, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ['disabled', 'hidden'],
  });
}
