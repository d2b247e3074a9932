import { type RefObject, useEffect, useState } from 'react';
import { takesCharacters } from '../shortcuts/takes-text.ts';

/** Whether Space means something where the focus is: it types there, or presses what is there. */
export function usesSpace(target: EventTarget | null): boolean {
  if (takesCharacters(target)) return true;
  if (target instanceof HTMLInputElement)
    return target.type !== 'range' && !(target.type === 'radio' && target.checked);
  return target instanceof Element && target.closest('button, summary') !== null;
}

/** Whether Space is held for the hand that moves the photo: on the stage's own focus, and below the pointer, unless the focus uses it elsewhere. */
export function useSpaceHand(stage: RefObject<HTMLElement | null>, active: boolean): boolean {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (!active) return;
    function onDown(event: KeyboardEvent): void {
      const element = stage.current;
      const { key, ctrlKey, altKey, metaKey } = event;
      if (
        key !== ' ' ||
        ctrlKey ||
        altKey ||
        metaKey ||
        event.defaultPrevented ||
        !element ||
        document.querySelector('dialog:modal')
      )
        return;
      if (event.target !== element && (!element.matches(':hover') || usesSpace(event.target))) return;
      // It would scroll a page that is longer than the window.
      event.preventDefault();
      setHeld(true);
    }
    function onUp(event: KeyboardEvent): void {
      if (event.key === ' ') setHeld(false);
    }
    // Of a window that has lost the focus, no key is heard to come up.
    const end = (): void => setHeld(false);
    window.addEventListener('keydown', onDown);
    window.addEventListener('keyup', onUp);
    window.addEventListener('blur', end);
    return () => {
      window.removeEventListener('keydown', onDown);
      window.removeEventListener('keyup', onUp);
      window.removeEventListener('blur', end);
      end();
    };
  }, [stage, active]);
  return held;
}
