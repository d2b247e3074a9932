/** Types of inputs that take no characters, so that shortcuts work in them. */
const SILENT_INPUTS: readonly string[] = ['range', 'checkbox', 'radio', 'button', 'submit', 'file', 'color'];

/** Returns true if an element takes typed and pasted text; undo then belongs to that text. */
export function takesText(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !SILENT_INPUTS.includes(target.type);
  return target instanceof Element && target.closest('textarea, [contenteditable]') !== null;
}

/** Returns true if an element uses typed characters; besides text, a select jumps to the option that begins with them. */
export const takesCharacters = (target: EventTarget | null): boolean =>
  takesText(target) || (target instanceof Element && target.closest('select') !== null);
