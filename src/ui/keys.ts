/** A row of a table of shortcuts. Keys are named as in KeyboardEvent.key, except `Space`, and `Mod` for Ctrl (⌘ on a Mac). */
export interface Shortcut {
  readonly action: string;
  readonly keys: readonly string[];
  readonly does: string;
}

export const ARROWS = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'] as const;

/** A handler for each action of a table; it receives the key without its modifiers. */
export type KeyHandlers<Rows extends readonly Shortcut[]> = Readonly<
  Record<Rows[number]['action'], (key: string) => void>
>;

/** The parts of a keyboard event that make up a chord. */
export interface Pressed {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
}

/** Names the chord of an event: `Shift+ArrowLeft`, `Space+ArrowUp`, `Mod+Shift+z`, `?`. */
function chordOf(event: Pressed, space: boolean): string {
  const isCharacter = event.key.length === 1;
  const command = event.ctrlKey || event.metaKey;
  const held = [
    space && 'Space',
    command && 'Mod',
    // Which characters need Shift or a Mac's Option depends on the keyboard layout, so that outside commands only the character counts. Alt
    // with a letter or a digit belongs to the browser or the system.
    event.altKey && (command || !isCharacter || /[\p{L}\p{N}]/u.test(event.key)) && 'Alt',
    event.shiftKey && (command || !isCharacter) && 'Shift',
  ];
  // Lower case, so that caps lock makes no difference.
  return [...held.filter((name) => name !== false), isCharacter ? event.key.toLowerCase() : event.key].join('+');
}

/**
 * Runs the handler of the pressed chord, if the table has one.
 * @param space whether the space bar is held
 * @returns true if a handler ran
 */
export function runKey<Action extends string>(
  rows: readonly (Shortcut & { readonly action: Action })[],
  event: Pressed,
  handlers: Readonly<Record<Action, (key: string) => void>>,
  space = false,
): boolean {
  const chord = chordOf(event, space);
  const found = rows.find((row) => row.keys.includes(chord));
  if (!found) return false;
  handlers[found.action](event.key);
  return true;
}
