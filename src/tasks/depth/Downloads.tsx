import { type ReactNode, useState } from 'react';
import type { DepthResult } from '../../engine/results.ts';
import { Icon } from '../../ui/Icon.tsx';
import { type PhotoSize, sameSize, sizeText } from '../photo-size.ts';
import { saveDepthNpy, saveDepthPng, saveExr, savePicture, saveSurface } from './export.ts';
import type { Lens } from './lens.ts';
import type { DepthView } from './view.ts';
import '../downloads.css';

interface Props {
  readonly view: DepthView;
  readonly result: DepthResult | undefined;
  readonly lens: Lens | undefined;
  readonly photo: ImageBitmap | undefined;
  /** Pixels of the photo; before it is decoded, undefined, and the files have the depth's own. */
  readonly size: PhotoSize | undefined;
  /** Start of the downloads' file names. */
  readonly stem: string;
  /** Note on whose results the files hold. */
  readonly filesNote: ReactNode;
  onError(thrown: unknown): void;
}

/** Downloads of depth for other tools. Files that need computation on every pixel are written in a worker. */
export function Downloads({ view, result, lens, photo, size: photoSize, stem, filesNote, onError }: Props) {
  const [busy, setBusy] = useState<string>();
  const size = photoSize ?? result;
  const resized = result && size && !sameSize(result, size);
  const files: Readonly<Record<string, ((depth: DepthResult) => Promise<void>) | undefined>> = {
    '.npy, metres': size && ((depth) => saveDepthNpy(stem, depth, size)),
    'PNG, 16-bit mm': size && ((depth) => saveDepthPng(stem, depth, size)),
    'PNG, as shown': size && lens && ((depth) => savePicture(stem, depth, size, view, lens)),
    'EXR, metres': size && ((depth) => saveExr(stem, depth, size)),
    'PLY, points': photo && lens && ((depth) => saveSurface('ply', stem, depth, photo, view, lens)),
    'GLB, surface': photo && lens && ((depth) => saveSurface('glb', stem, depth, photo, view, lens)),
  };

  async function save(name: string): Promise<void> {
    if (!result) return;
    setBusy(name);
    try {
      await files[name]?.(result);
    } catch (thrown) {
      onError(thrown);
    } finally {
      setBusy(undefined);
    }
  }

  return (
    <div className="group">
      <h2>
        Download{' '}
        {size && (
          <span className="quiet">
            {sizeText(size)}
            {photoSize && ', as the photo'}
            {resized && `; PLY and GLB from ${sizeText(result)}`}
          </span>
        )}
      </h2>
      {filesNote}
      <div className="downloads">
        {Object.entries(files).map(([name, write]) => (
          <button
            key={name}
            type="button"
            className="button"
            disabled={!result || !write || busy !== undefined}
            aria-busy={busy === name}
            onClick={() => void save(name)}
          >
            <Icon name="download" /> {name}
          </button>
        ))}
      </div>
    </div>
  );
}
