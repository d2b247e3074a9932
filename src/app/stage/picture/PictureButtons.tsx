import { stem } from '../../../format.ts';
import { saveFile } from '../../../ui/download.ts';
import { Icon } from '../../../ui/Icon.tsx';
import { importCode } from '../../../ui/import-code.ts';
import { useApp, useWorkbench } from '../../context.ts';
import { selectedPhoto } from '../../store.ts';
import type { Size } from '../geometry.ts';
import { copyPng } from './clipboard.ts';

const sizeText = ({ width, height }: Size) => `${width} × ${height} pixels`;

interface Props {
  /** Called with a sentence about what was done. */
  onDone(sentence: string): void;
}

/** Save and copy what the stage shows as a PNG of the whole photo, `<photo>-picture.png`. */
export function PictureButtons({ onDone }: Props) {
  const { store, results, media, session } = useWorkbench();
  const able = useApp((state) => selectedPhoto(state)?.state === 'ready');

  async function draw() {
    const { drawPicture } = await importCode(() => import('./picture.ts'));
    // After the import, so that the picture is of what is shown then.
    const state = store.getState();
    const name = `${stem(selectedPhoto(state)?.name ?? '')}-picture.png`;
    return { name, ...(await drawPicture(state, results, media)) };
  }

  async function save(): Promise<void> {
    const picture = await draw();
    saveFile(picture.name, picture.file, 'image/png');
    onDone(`Saved, ${sizeText(picture)}`);
  }

  async function copy(): Promise<void> {
    const picture = draw();
    await copyPng(picture.then(({ file }) => file));
    onDone(`Copied, ${sizeText(await picture)}`);
  }

  return (
    <>
      <button
        type="button"
        className="icon-button small"
        aria-label="Save picture"
        title="Save what is shown as a picture (PNG)"
        aria-disabled={!able}
        onClick={() => able && void save().catch(session.showError)}
      >
        <Icon name="download" />
      </button>
      <button
        type="button"
        className="icon-button small"
        aria-label="Copy picture"
        title="Copy what is shown as a picture"
        aria-disabled={!able}
        onClick={() => able && void copy().catch(session.showError)}
      >
        <Icon name="copy" />
      </button>
    </>
  );
}
