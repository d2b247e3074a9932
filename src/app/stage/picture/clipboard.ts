import { VpdError } from '../../../errors.ts';

/**
 * Copies a PNG to the clipboard; call it in the handler of a press, before anything is awaited, as Safari demands.
 * @throws VpdError unsupported: the browser has no clipboard for pictures, or refused; or what `png` throws
 */
export async function copyPng(png: Promise<Blob>): Promise<void> {
  try {
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': png })]);
  } catch (cause) {
    // The clipboard also refuses a picture that could not be drawn: then that is the error.
    await png;
    throw new VpdError(
      'unsupported',
      'The browser did not let this page copy the picture; allow it to use the clipboard, or save the picture instead.',
      { cause },
    );
  }
}
