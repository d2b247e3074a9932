/** Inputs that take no characters, so that shortcuts may. */
const SILENT_INPUTS: readonly string[] = ['range', 'checkbox', 'radio', 'button', 'submit', 'file', 'color'];

/** Whether text goes there that is typed or pasted; an undo is the text's, too. */
export function takesText(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !SILENT_INPUTS.includes(target.type);
  return target instanceof Element && target.closest('textarea, [contenteditable]') !== null;
}

/** Whether characters pressed there mean themselves: a select, which takes no text, goes to the option that begins with them. */
export const takesCharacters = (target: EventTarget | null): boolean =>
  takesText(target) || (target instanceof Element && target.closest('select') !== null);
