import { takesText } from '../shortcuts/takes-text.ts';

/** Images that were pasted. Copied cells and passages of documents come as text and as a picture of it: where text is taken, they are text. */
export function pastedImages({
  target,
  clipboardData,
}: Pick<ClipboardEvent, 'target' | 'clipboardData'>): readonly File[] {
  if (!clipboardData || (takesText(target) && clipboardData.types.includes('text/plain'))) return [];
  return [...clipboardData.files].filter((file) => file.type.startsWith('image/'));
}
