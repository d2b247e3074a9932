import { SPACE_KEYS } from '../../tasks/depth/keys.ts';
import { MASK_KEYS } from '../../tasks/refer/masks/keys.ts';
import { ARROWS, type KeyHandlers, type Pressed, runKey, type Shortcut } from '../../ui/keys.ts';

/**
 * Every shortcut of the page, once: the handlers look keys up here, and the sheet on `?` is written from it. A key that works is
 * listed and a key that is listed works.
 */
export const SHORTCUTS = {
  /** Wherever the focus is, but for text boxes. */
  page: [{ action: 'sheet', keys: ['?'], does: 'This list' }],
  /** Wherever the focus is, too; what the stage does. */
  view: [
    { action: 'zoomIn', keys: ['+', '='], does: 'Closer, towards the crosshair' },
    { action: 'zoomOut', keys: ['-', '_'], does: 'Farther' },
    { action: 'fit', keys: ['0'], does: 'The whole photo' },
    { action: 'layersAlone', keys: ['1'], does: 'Compare: layers everywhere' },
    { action: 'half', keys: ['2'], does: 'Compare: half and half' },
    { action: 'photoAlone', keys: ['3'], does: 'Compare: photo everywhere' },
    { action: 'photo', keys: ['p'], does: 'Photo on or off' },
    { action: 'layers', keys: ['l'], does: 'Layers on or off' },
  ],
  /** The same, while a brush is in hand. */
  brush: [
    { action: 'smaller', keys: ['['], does: 'Smaller brush' },
    { action: 'larger', keys: [']'], does: 'Larger brush' },
  ],
  /** Wherever the focus is, but for text boxes, while masks are on show. */
  masks: [
    { action: 'undo', keys: ['Mod+z'], does: 'Take back the last change of a mask' },
    { action: 'redo', keys: ['Mod+Shift+z', 'Mod+y'], does: 'Make it again' },
  ],
  /** The photo has the focus. */
  stage: [
    { action: 'step', keys: ARROWS, does: 'Move the crosshair' },
    { action: 'pixel', keys: ARROWS.map((key) => `Shift+${key}`), does: 'Move it by one pixel' },
    { action: 'pan', keys: ARROWS.map((key) => `Space+${key}`), does: 'Move the photo' },
    { action: 'mark', keys: ['Enter'], does: 'Set a measuring point, or paint with the brush in hand' },
    { action: 'erase', keys: ['Alt+Enter'], does: 'The brush the other way round: erase what it would add' },
    { action: 'hide', keys: ['Escape'], does: 'Hide the crosshair' },
  ],
  /** The compare handle has the focus. */
  compare: [
    { action: 'move', keys: ['ArrowLeft', 'ArrowRight', 'ArrowDown', 'ArrowUp'], does: 'Move the handle' },
    { action: 'far', keys: ['PageDown', 'PageUp'], does: 'Move it farther' },
    { action: 'ends', keys: ['Home', 'End'], does: 'To the left or right end' },
  ],
  /** A photo of the strip has the focus. */
  strip: [
    { action: 'go', keys: ARROWS, does: 'Previous or next photo' },
    { action: 'move', keys: ARROWS.map((key) => `Shift+${key}`), does: 'Move it in the strip' },
    { action: 'remove', keys: ['Delete'], does: 'Take your own photo away' },
  ],
  /** A mask of the list has the focus. */
  mask: MASK_KEYS,
  space: SPACE_KEYS,
  /** A tab of a task has the focus. */
  tabs: [
    { action: 'next', keys: ['ArrowLeft', 'ArrowRight'], does: 'Previous or next task' },
    { action: 'ends', keys: ['Home', 'End'], does: 'First or last task' },
  ],
} as const satisfies Record<string, readonly Shortcut[]>;

export type Scope = keyof typeof SHORTCUTS;
type ActionOf<S extends Scope> = (typeof SHORTCUTS)[S][number]['action'];

/** One handler for each action of a scope. */
export type Handlers<S extends Scope> = KeyHandlers<(typeof SHORTCUTS)[S]>;

/** The scopes as the sheet lists them. */
export const GROUPS = [
  { title: 'Anywhere', scopes: ['view', 'brush', 'masks', 'page'] },
  { title: 'On the photo', scopes: ['stage'] },
  { title: 'On the compare handle', scopes: ['compare'] },
  { title: 'On a photo of the strip', scopes: ['strip'] },
  { title: 'On the tabs', scopes: ['tabs'] },
  { title: 'On a mask of the list', scopes: ['mask'] },
  { title: 'In the 3D view', scopes: ['space'] },
] as const satisfies readonly { readonly title: string; readonly scopes: readonly Scope[] }[];

/** What hands and pointers do on the stage; listed with the keys. */
export const GESTURES = [
  { how: 'Wheel, pinch', does: 'Closer or farther, about the pointer' },
  { how: 'Drag', does: 'Move the photo, when it is larger than the stage' },
  { how: 'Space + drag, middle button', does: 'Move the photo, whatever tool is in hand' },
  { how: 'Double-click', does: 'The whole photo' },
  { how: 'Click', does: 'Hold the crosshair there; a second click lets it go' },
  { how: 'Click, while measuring', does: 'Set a measuring point' },
  { how: 'Drag with the brush, Alt + drag', does: 'Paint on the mask; the other way round' },
] as const;

/** A scope's rows, for those who list them. */
export const shortcutsOf = (scope: Scope): readonly Shortcut[] => SHORTCUTS[scope];

/** Runs the handler of a key, if the scope has one; tells whether it did. */
export function runShortcut<S extends Scope>(scope: S, event: Pressed, handlers: Handlers<S>, space = false): boolean {
  return runKey<ActionOf<S>>(SHORTCUTS[scope], event, handlers, space);
}

const SHOWN: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  PageUp: 'Page ↑',
  PageDown: 'Page ↓',
  Escape: 'Esc',
  Mod: 'Ctrl',
  Delete: 'Del',
  '-': '−',
};

/** Keys that only save a Shift are not worth a place on the list. */
const UNLISTED: readonly string[] = ['=', '_'];

/** A row's keys as they are printed; what all of them hold down is said once. */
export function keyCaps(keys: readonly string[]): readonly string[] {
  const shown = keys.filter((key) => !UNLISTED.includes(key)).map((key) => key.split(/(?<=.)\+/));
  const [first = []] = shown;
  const held = first.slice(0, -1);
  // Of chords with other modifiers, one is enough to know.
  const last = shown.filter((key) => key.slice(0, -1).join() === held.join()).map((key) => key.at(-1) ?? '');
  return [...held, ...last].map((name) => SHOWN[name] ?? (name.length === 1 ? name.toUpperCase() : name));
}
