import { useEffect } from 'react';
import { isModalOpen } from '../../ui/modal.ts';
import { type Handlers, runShortcut } from './shortcuts.ts';
import { loadSingleKeys } from './single-keys.ts';
import { takesCharacters } from './takes-text.ts';

/**
 * Handles shortcuts that work anywhere except in text boxes and below a modal dialog.
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
      if (event.defaultPrevented || !(target instanceof Element) || takesCharacters(target)) return;
      // Escape closes an open card first.
      if (isModalOpen() || (event.key === 'Escape' && document.querySelector(':popover-open'))) return;
      // Escape is not a character.
      if (event.key.length === 1 && !loadSingleKeys() && !target.closest('.stage')) return;
      if (runShortcut(scope, event, known)) event.preventDefault();
    }
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [scope, handlers]);
}
