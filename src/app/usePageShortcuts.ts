import { useEffect } from 'react';
import { type Handlers, runShortcut } from './shortcuts.ts';
import { loadSingleKeys } from './single-keys.ts';

/** Inputs that take no characters, so that shortcuts may. */
const SILENT_INPUTS: readonly string[] = ['range', 'checkbox', 'radio', 'button', 'submit', 'file', 'color'];

/** Whether characters typed there mean themselves. A select goes to the option that begins with them. */
function takesText(target: Element): boolean {
  if (target instanceof HTMLInputElement) return !SILENT_INPUTS.includes(target.type);
  return target.closest('textarea, select, [contenteditable]') !== null;
}

/** Shortcuts that work wherever the focus is; not below a modal dialog. */
export function usePageShortcuts<S extends 'page' | 'view' | 'brush'>(scope: S, handlers: Handlers<S>): void {
  useEffect(() => {
    function onKey(event: KeyboardEvent): void {
      const { target } = event;
      if (event.defaultPrevented || !(target instanceof Element) || takesText(target)) return;
      if (document.querySelector('dialog:modal')) return;
      if (!loadSingleKeys() && !target.closest('.stage')) return;
      if (runShortcut(scope, event, handlers)) event.preventDefault();
    }
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [scope, handlers]);
}
