import type { Shortcut } from '../../../ui/keys.ts';

/** Keys while a head of the grid has the focus. */
export const HEAD_KEYS = [
  { action: 'head', keys: ['ArrowLeft', 'ArrowRight'], does: 'Previous or next head' },
  { action: 'layer', keys: ['ArrowUp', 'ArrowDown'], does: 'Previous or next layer' },
  { action: 'ends', keys: ['Home', 'End'], does: 'First or last head of the layer' },
] as const satisfies readonly Shortcut[];
