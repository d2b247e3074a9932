/** One line of a table of keys. Names are those of KeyboardEvent.key; Space is written out, and `Mod` is Ctrl, or ⌘ on a Mac. */
export interface Shortcut {
  readonly action: string;
  readonly keys: readonly string[];
  readonly does: string;
}

export const ARROWS = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'] as const;

/** One handler for each action of a table; it gets the key without its modifiers. */
export type KeyHandlers<Rows extends readonly Shortcut[]> = Readonly<
  Record<Rows[number]['action'], (key: string) => void>
>;

/** The parts of a keyboard event that decide. */
export interface Pressed {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
}

/** `Shift+ArrowLeft`, `Space+ArrowUp`, `Mod+Shift+z`, `?`. */
function chordOf(event: Pressed, space: boolean): string {
  const isCharacter = event.key.length === 1;
  const command = event.ctrlKey || event.metaKey;
  const held = [
    space && 'Space',
    command && 'Mod',
    // Which characters need Shift or a Mac's Option depends on the layout: the character alone decides, but in a command. Alt with a letter
    // or a digit is the browser's or the system's own.
    event.altKey && (command || !isCharacter || /[\p{L}\p{N}]/u.test(event.key)) && 'Alt',
    event.shiftKey && (command || !isCharacter) && 'Shift',
  ];
  // Caps lock changes nothing.
  return [...held.filter((name) => name !== false), isCharacter ? event.key.toLowerCase() : event.key].join('+');
}

/** Runs the handler of a key, if the table has one; tells whether it did. */
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
