import { useEffect } from 'react';
import { isModalOpen } from '../../ui/modal.ts';
import { type Handlers, runShortcut } from './shortcuts.ts';
import { loadSingleKeys } from './single-keys.ts';
import { takesCharacters } from './takes-text.ts';

/**
 * Handles shortcuts that work anywhere except below a modal dialog and, but for Escape, in text boxes.
 * @param handlers undefined while the scope has no meaning: then its keys are left to the browser
 */
export function usePageShortcuts<S extends 'page' | 'work' | 'view' | 'photos' | 'tools' | 'leave' | 'brush'>(
  scope: S,
  handlers: Handlers<S> | undefined,
): void {
  useEffect(() => {
    if (!handlers) return undefined;
    const known = handlers;
    function onKey(event: KeyboardEvent): void {
      const { target } = event;
      if (event.defaultPrevented || !(target instanceof Element)) return;
      // Escape is no character, but in an input method it cancels the word that is being typed (in Safari with key code 229).
      const composing = event.isComposing || event.keyCode === 229;
      if (takesCharacters(target) && (event.key !== 'Escape' || composing)) return;
      // Escape closes an open card first.
      if (isModalOpen() || (event.key === 'Escape' && document.querySelector(':popover-open'))) return;
      if (event.key.length === 1 && !loadSingleKeys() && !target.closest('.stage')) return;
      if (runShortcut(scope, event, known)) event.preventDefault();
    }
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [scope, handlers]);
}
