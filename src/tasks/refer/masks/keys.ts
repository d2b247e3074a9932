import type { Shortcut } from '../../../ui/keys.ts';

/** Keys while a mask of the list has the focus. */
export const MASK_KEYS = [
  { action: 'go', keys: ['ArrowUp', 'ArrowDown'], does: 'Previous or next mask' },
  { action: 'rename', keys: ['F2'], does: 'Rename it' },
  { action: 'remove', keys: ['Delete'], does: 'Delete it' },
] as const satisfies readonly Shortcut[];
