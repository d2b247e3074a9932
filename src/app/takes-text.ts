/** Inputs that take no characters, so that shortcuts may. */
const SILENT_INPUTS: readonly string[] = ['range', 'checkbox', 'radio', 'button', 'submit', 'file', 'color'];

/** Whether keys pressed there mean themselves, an undo too. A select goes to the option that begins with them. */
export function takesText(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !SILENT_INPUTS.includes(target.type);
  return target instanceof Element && target.closest('textarea, select, [contenteditable]') !== null;
}
