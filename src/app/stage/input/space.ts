import { type RefObject, useEffect, useState } from 'react';
import { isModalOpen } from '../../../ui/modal.ts';
import { takesCharacters } from '../../shortcuts/takes-text.ts';

/** True if the focused element uses Space itself, as a character or as a press. */
export function usesSpace(target: EventTarget | null): boolean {
  if (takesCharacters(target)) return true;
  if (target instanceof HTMLInputElement)
    return target.type !== 'range' && !(target.type === 'radio' && target.checked);
  return target instanceof Element && target.closest('button, summary') !== null;
}

/**
 * Returns true while Space is held to move the photo: the stage has the focus, or the pointer is over the stage and the focused element
 * does not use Space.
 */
export function useSpaceHand(stage: RefObject<HTMLElement | null>, active: boolean): boolean {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (!active) return;
    function onDown(event: KeyboardEvent): void {
      const element = stage.current;
      const { key, ctrlKey, altKey, metaKey } = event;
      if (key !== ' ' || ctrlKey || altKey || metaKey || event.defaultPrevented || !element || isModalOpen()) return;
      if (event.target !== element && (!element.matches(':hover') || usesSpace(event.target))) return;
      // Space would scroll a page that is longer than the window.
      event.preventDefault();
      setHeld(true);
    }
    function onUp(event: KeyboardEvent): void {
      if (event.key === ' ') setHeld(false);
    }
    // A window without the focus gets no keyup event.
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
