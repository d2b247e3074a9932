import type { ReactNode } from 'react';
import type { SegmentResult } from '../../engine/results.ts';
import { Icon } from '../../ui/Icon.tsx';
import { type PhotoSize, sizeText } from '../photo-size.ts';
import { saveClassesJson, saveLabelsNpy, saveLabelsPng } from './export.ts';

interface Props {
  readonly result: SegmentResult | undefined;
  /** Pixels of the photo; before it is decoded, undefined, and the files have the result's own. */
  readonly size: PhotoSize | undefined;
  /** Names of the classes by index, as far as they are known. */
  readonly names: readonly (string | undefined)[];
  /** Start of the downloads' file names. */
  readonly stem: string;
  /** Note on whose results the files hold. */
  readonly filesNote: ReactNode;
  onError(thrown: unknown): void;
}

/** Downloads of the classes at the photo's size. */
export function Downloads({ result, size, names, stem, filesNote, onError }: Props) {
  const written = size ?? result;
  const files = [
    { label: '.npy, class index', save: async (all: SegmentResult, px: PhotoSize) => saveLabelsNpy(stem, all, px) },
    {
      label: 'PNG, class colours',
      title: 'One file for both: its samples are the class indices, its palette has their colours.',
      save: async (all: SegmentResult, px: PhotoSize) => saveLabelsPng(stem, all, px),
    },
    {
      label: 'JSON, names and areas',
      save: async (all: SegmentResult, px: PhotoSize) => saveClassesJson(stem, all, px, names),
    },
  ];
  return (
    <div className="group">
      <h2>
        Download{' '}
        {written && (
          <span className="quiet">
            {sizeText(written)}
            {size && ', as the photo'}
          </span>
        )}
      </h2>
      {filesNote}
      <div className="row">
        {files.map(({ label, title, save }) => (
          <button
            key={label}
            type="button"
            className="button"
            title={title}
            disabled={!result}
            onClick={() => result && written && void save(result, written).catch(onError)}
          >
            <Icon name="download" /> {label}
          </button>
        ))}
      </div>
    </div>
  );
}
