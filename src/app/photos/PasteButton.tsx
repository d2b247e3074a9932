import { VpdError } from '../../errors.ts';
import { Icon } from '../../ui/Icon.tsx';
import { chordText } from '../../ui/key-caps.ts';
import { isTouch } from '../../ui/touch.ts';
import { useWorkbench } from '../context.ts';

/** Reads the images in the clipboard. */
async function readClipboard(): Promise<File[]> {
  const files: File[] = [];
  for (const item of await navigator.clipboard.read()) {
    const type = item.types.find((each) => each.startsWith('image/'));
    if (type) files.push(new File([await item.getType(type)], `pasted.${type.slice('image/'.length)}`, { type }));
  }
  return files;
}

/** Pastes images on devices without a keyboard. */
export function PasteButton() {
  const { session } = useWorkbench();
  // Insecure pages and some browsers have no clipboard API.
  if (!('clipboard' in navigator) || !('read' in navigator.clipboard)) return null;
  const paste = async () => {
    try {
      const files = await readClipboard();
      if (files.length > 0) session.addFiles(files);
      else session.showError(new VpdError('bad-image', 'The clipboard holds no image; copy one and paste again.'));
    } catch (cause) {
      const message = `The browser did not let this page read the clipboard; allow it${isTouch() ? ' and paste again' : `, or press ${chordText('Mod+v')} instead`}.`;
      session.showError(new VpdError('bad-image', message, { cause }));
    }
  };
  return (
    <button
      type="button"
      className="icon-button"
      aria-label="Paste a photo"
      title="Paste a photo"
      onClick={() => void paste()}
    >
      <Icon name="paste" />
    </button>
  );
}
