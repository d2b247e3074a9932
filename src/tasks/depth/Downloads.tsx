import { type ReactNode, useState } from 'react';
import type { DepthResult } from '../../engine/protocol.ts';
import { Icon } from '../../ui/Icon.tsx';
import { saveDepthNpy, saveDepthPng, saveExr, savePicture, saveSurface } from './export.ts';
import type { Lens } from './lens.ts';
import type { DepthView } from './view.ts';
import '../downloads.css';

interface Props {
  readonly view: DepthView;
  readonly result: DepthResult | undefined;
  readonly lens: Lens | undefined;
  readonly photo: ImageBitmap | undefined;
  /** Start of the downloads' file names. */
  readonly stem: string;
  /** Note on whose results the files hold. */
  readonly filesNote: ReactNode;
  onError(thrown: unknown): void;
}

/** Downloads of depth for other tools. Files that need computation on every pixel are written in a worker. */
export function Downloads({ view, result, lens, photo, stem, filesNote, onError }: Props) {
  const [busy, setBusy] = useState<string>();
  const files: Readonly<Record<string, ((depth: DepthResult) => Promise<void>) | undefined>> = {
    '.npy, metres': (depth) => saveDepthNpy(stem, depth),
    'PNG, 16-bit mm': (depth) => saveDepthPng(stem, depth),
    'PNG, as shown': lens && ((depth) => savePicture(stem, depth, view, lens)),
    'EXR, metres': (depth) => saveExr(stem, depth),
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
      <h2>Download</h2>
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
