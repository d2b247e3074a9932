import { useMemo } from 'react';
import { useApp, useWorkbench, type Workbench } from '../context.ts';
import { shownMask } from '../find/masks.ts';
import type { Handlers } from './shortcuts.ts';
import { hasBrush, isMeasuring, isToolInUse } from './tool-in-use.ts';
import { usePageShortcuts } from './usePageShortcuts.ts';

/** Selects no brush and ends measuring. Returns true if either was in use. */
export function leaveTool({ store }: Pick<Workbench, 'store'>): boolean {
  const state = store.getState();
  if (hasBrush(state)) store.setState({ refer: { ...state.refer, brush: 'off' } });
  else if (isMeasuring(state)) store.setState({ depth: { ...state.depth, measuring: false } });
  else return false;
  return true;
}

/** Returns the handlers of the keys that choose tools. */
export function toolKeys({ store, session }: Pick<Workbench, 'store' | 'session'>): Handlers<'tools'> {
  function choose(brush: 'add' | 'erase'): void {
    const state = store.getState();
    const mask = shownMask(state);
    // As in the panel, where the brushes are disabled.
    if (state.task !== 'refer' || !mask || mask.hidden) return;
    const closed = state.refer.closed.filter((section) => section !== 'tools');
    store.setState({ refer: { ...state.refer, brush, closed } });
  }
  return {
    prompt() {
      session.setTask('refer');
      // After the panel is rendered.
      requestAnimationFrame(() => document.querySelector<HTMLInputElement>('.prompt input')?.select());
    },
    brush: () => choose('add'),
    eraser: () => choose('erase'),
  };
}

/** Handles the keys that choose tools, and Escape while one is in use. */
export function useToolKeys(): void {
  const workbench = useWorkbench();
  const inUse = useApp(isToolInUse);
  usePageShortcuts(
    'tools',
    useMemo(() => toolKeys(workbench), [workbench]),
  );
  usePageShortcuts(
    'leave',
    useMemo(() => (inUse ? { leave: () => void leaveTool(workbench) } : undefined), [workbench, inUse]),
  );
}
