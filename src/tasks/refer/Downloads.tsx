import type { ReactNode } from 'react';
import { Icon } from '../../ui/Icon.tsx';
import { importCode } from '../../ui/import-code.ts';
import type { SentMask, SentPhoto } from './mask-files.ts';
import { isEdited } from './masks/masks.ts';
import type { ListedMask } from './overlay.ts';
import '../downloads.css';

interface Props {
  readonly photo: SentPhoto;
  readonly masks: readonly ListedMask[];
  readonly shown: ListedMask | undefined;
  /** Whether all masks are computed; files of all masks wait for that. */
  readonly complete: boolean;
  /** Note on whose results the files hold. */
  readonly filesNote: ReactNode;
  onError(thrown: unknown): void;
}

function sent({ item, shape }: ListedMask): SentMask {
  const { width, height, plane } = shape;
  const { name, prompt, threshold } = item;
  return { name, prompt, threshold, edited: isEdited(item), width, height, plane: plane.data };
}

/** Downloads of the shown mask and of all masks. The code that writes them is loaded by the first click. */
export function Downloads({ photo, masks, shown, complete, filesNote, onError }: Props) {
  const load = () => importCode(() => import('./export.ts'));
  const all = complete && masks.length > 0;
  const files = [
    { label: 'Mask PNG', ready: shown, save: async () => shown && (await load()).saveMaskPng(photo, sent(shown)) },
    { label: 'Cut-out PNG', ready: shown, save: async () => shown && (await load()).saveCutout(photo, sent(shown)) },
    { label: 'COCO, RLE', ready: all, save: async () => (await load()).saveCoco(photo, masks.map(sent), 'rle') },
    {
      label: 'COCO, polygons',
      ready: all,
      save: async () => (await load()).saveCoco(photo, masks.map(sent), 'polygons'),
    },
  ];
  return (
    <div className="group">
      <h2>
        Download <span className="quiet">PNG: the shown mask; COCO: all masks</span>
      </h2>
      {filesNote}
      <div className="downloads">
        {files.map(({ label, ready, save }) => (
          <button
            key={label}
            type="button"
            className="button"
            disabled={!ready}
            onClick={() => void save().catch(onError)}
          >
            <Icon name="download" /> {label}
          </button>
        ))}
      </div>
    </div>
  );
}
