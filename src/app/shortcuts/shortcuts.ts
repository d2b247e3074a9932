import { SPACE_KEYS } from '../../tasks/depth/view3d/keys.ts';
import { MASK_KEYS } from '../../tasks/refer/masks/keys.ts';
import { HEAD_KEYS } from '../../tasks/refer/words/keys.ts';
import { capOf, keysOf } from '../../ui/key-caps.ts';
import { ARROWS, type KeyHandlers, type Pressed, runKey, type Shortcut } from '../../ui/keys.ts';

/**
 * All shortcuts of the page. Handlers look keys up here and the sheet on `?` lists them, so that every key that works is listed and
 * every listed key works.
 */
export const SHORTCUTS = {
  /** Anywhere except in text boxes. */
  page: [{ action: 'sheet', keys: ['?'], does: 'This list' }],
  /** Anywhere, in text boxes too, while the engine works for the page. */
  work: [{ action: 'stop', keys: ['Escape'], does: 'Stop the current work' }],
  /** Anywhere except in text boxes: actions of the stage. */
  view: [
    { action: 'zoomIn', keys: ['+', '='], does: 'Zoom in, towards the crosshair' },
    { action: 'zoomOut', keys: ['-', '_'], does: 'Zoom out' },
    { action: 'fit', keys: ['0'], does: 'The whole photo' },
    { action: 'actualSize', keys: ['9'], does: '100 %: one pixel of the photo on one of the screen' },
    { action: 'layersAlone', keys: ['1'], does: 'Compare: layers everywhere' },
    { action: 'half', keys: ['2'], does: 'Compare: half and half' },
    { action: 'photoAlone', keys: ['3'], does: 'Compare: photo everywhere' },
    { action: 'photo', keys: ['p'], does: 'Photo on or off' },
    { action: 'layers', keys: ['l'], does: 'Layers on or off' },
  ],
  /** Anywhere except in text boxes: which photo is shown. */
  photos: [
    { action: 'previous', keys: [','], does: 'Previous photo' },
    { action: 'next', keys: ['.'], does: 'Next photo' },
  ],
  /** Anywhere except in text boxes. */
  tools: [
    { action: 'prompt', keys: ['/'], does: 'Say what to look for' },
    { action: 'brush', keys: ['b'], does: 'Brush: add to the shown mask' },
    { action: 'eraser', keys: ['e'], does: 'Eraser: take away from it' },
  ],
  /** Anywhere, in text boxes too, while a brush is selected or the user measures. */
  leave: [{ action: 'leave', keys: ['Escape'], does: 'Leave the brush, or end measuring' }],
  /** Anywhere except in text boxes, while a brush is selected. */
  brush: [
    { action: 'smaller', keys: ['['], does: 'Smaller brush' },
    { action: 'larger', keys: [']'], does: 'Larger brush' },
  ],
  /** Anywhere except in text boxes, while masks are shown. */
  masks: [
    { action: 'undo', keys: ['Mod+z'], does: 'Undo the last change of a mask' },
    { action: 'redo', keys: ['Mod+Shift+z', 'Mod+y'], does: 'Redo it' },
  ],
  /** While the stage has the focus. */
  stage: [
    { action: 'step', keys: ARROWS, does: 'Move the crosshair' },
    { action: 'pixel', keys: ARROWS.map((key) => `Shift+${key}`), does: 'Move it by one pixel' },
    { action: 'pan', keys: ARROWS.map((key) => `Space+${key}`), does: 'Move the photo' },
    { action: 'mark', keys: ['Enter'], does: 'Set a measuring point, or paint with the selected brush' },
    { action: 'erase', keys: ['Alt+Enter'], does: 'Use the brush the opposite way: erase instead of add' },
    { action: 'hide', keys: ['Escape'], does: 'Hide the crosshair' },
  ],
  /** While the compare handle has the focus. */
  compare: [
    { action: 'move', keys: ['ArrowLeft', 'ArrowRight', 'ArrowDown', 'ArrowUp'], does: 'Move the handle' },
    { action: 'far', keys: ['PageDown', 'PageUp'], does: 'Move it farther' },
    { action: 'ends', keys: ['Home', 'End'], does: 'To the left or right end' },
  ],
  /** While a photo of the strip has the focus. */
  strip: [
    { action: 'go', keys: ARROWS, does: 'Previous or next photo' },
    { action: 'ends', keys: ['Home', 'End'], does: 'First or last photo' },
    { action: 'move', keys: ARROWS.map((key) => `Shift+${key}`), does: 'Move it in the strip' },
    { action: 'remove', keys: ['Delete'], does: 'Remove a photo that you added' },
  ],
  /** While a mask of the list has the focus. */
  mask: MASK_KEYS,
  /** While a head of the grid of layers and heads has the focus. */
  head: HEAD_KEYS,
  /** While the 3D view has the focus. */
  space: SPACE_KEYS,
  /** While a tab of a task has the focus. */
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
  { title: 'Anywhere', scopes: ['photos', 'tools', 'leave', 'brush', 'masks', 'view', 'work', 'page'] },
  { title: 'On the photo', scopes: ['stage'] },
  { title: 'On the compare handle', scopes: ['compare'] },
  { title: 'On a photo of the strip', scopes: ['strip'] },
  { title: 'On the tabs', scopes: ['tabs'] },
  { title: 'On a mask of the list', scopes: ['mask'] },
  { title: 'On a head of the grid', scopes: ['head'] },
  { title: 'In the 3D view', scopes: ['space'] },
] as const satisfies readonly { readonly title: string; readonly scopes: readonly Scope[] }[];

/** Gestures of pointers and fingers on the stage, listed with the keys. */
export const GESTURES = [
  { how: 'Wheel, pinch', does: 'Zoom in or out around the pointer' },
  { how: 'Drag', does: 'Move the photo, when it is larger than the stage' },
  { how: 'Space + drag, middle button', does: 'Move the photo, whatever tool is selected' },
  { how: 'Double-click', does: 'The whole photo' },
  { how: 'Click', does: 'Hold the crosshair there; a second click releases it' },
  { how: 'Click on a mask', does: 'Show that mask; where several overlap, the smallest, unless one of them is shown' },
  { how: 'Second click on the shown mask', does: 'Show the next smaller mask there, if there is one' },
  { how: 'Click, while measuring', does: 'Set a measuring point' },
  { how: 'Drag with the brush, Alt + drag', does: 'Paint on the mask; with Alt erase instead of add' },
] as const;

/** Returns the shortcuts of a scope. */
export const shortcutsOf = (scope: Scope): readonly Shortcut[] => SHORTCUTS[scope];

/** Runs a scope's handler of a key. Returns true if the scope has one. */
export function runShortcut<S extends Scope>(scope: S, event: Pressed, handlers: Handlers<S>, space = false): boolean {
  return runKey<ActionOf<S>>(SHORTCUTS[scope], event, handlers, space);
}

/** Keys that are not listed: with or without Shift, they are on the same key as `+` and `-`. */
const UNLISTED: readonly string[] = ['=', '_'];

/** Returns a row's keys as they are printed, with the common modifiers only once. */
export function keyCaps(keys: readonly string[]): readonly string[] {
  const shown = keys.filter((key) => !UNLISTED.includes(key)).map(keysOf);
  const [first = []] = shown;
  const held = first.slice(0, -1);
  // Chords with other modifiers than the first one's are left out.
  const last = shown.filter((key) => key.slice(0, -1).join() === held.join()).map((key) => key.at(-1) ?? '');
  return [...held, ...last].map(capOf);
}
