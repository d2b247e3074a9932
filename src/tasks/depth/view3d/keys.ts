import { ARROWS, type Shortcut } from '../../../ui/keys.ts';

/** Keys while the 3D view has the focus. */
export const SPACE_KEYS = [
  { action: 'turn', keys: ARROWS, does: 'Turn the photo in space' },
  { action: 'move', keys: ARROWS.map((key) => `Shift+${key}`), does: 'Move the photo' },
  { action: 'closer', keys: ['+', '='], does: 'Closer' },
  { action: 'farther', keys: ['-', '_'], does: 'Farther' },
  { action: 'reset', keys: ['r', 'Home'], does: 'Reset the view' },
  { action: 'close', keys: ['Escape'], does: 'Close the 3D view' },
] as const satisfies readonly Shortcut[];
