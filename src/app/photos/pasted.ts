import { isModalOpen } from '../../ui/modal.ts';
import { takesText } from '../shortcuts/takes-text.ts';

/**
 * Returns the images of a paste. Cells and passages that are copied from documents come as text and as a picture; in a text box they are
 * pasted as text. While a modal dialog is open there are none, since a new photo would not be visible.
 */
export function pastedImages({
  target,
  clipboardData,
}: Pick<ClipboardEvent, 'target' | 'clipboardData'>): readonly File[] {
  if (!clipboardData || isModalOpen() || (takesText(target) && clipboardData.types.includes('text/plain'))) return [];
  return [...clipboardData.files].filter((file) => file.type.startsWith('image/'));
}
