import { useEffect, useRef, useState } from 'react';
import { Icon } from '../../ui/Icon.tsx';
import { BatchButton } from '../batch/BatchButton.tsx';
import { useApp, useWorkbench } from '../context.ts';
import { receivePicked } from '../photos/dropped.ts';
import { FolderButton } from '../photos/FolderButton.tsx';
import { PasteButton } from '../photos/PasteButton.tsx';
import { PickButton } from '../photos/PickButton.tsx';
import { ReportButton } from '../report/ReportButton.tsx';
import { CameraButton } from './CameraButton.tsx';
import { focusThumb } from './focus-thumb.ts';
import { reveal } from './reveal.ts';
import { Thumb } from './Thumb.tsx';
import { useReorder } from './useReorder.ts';
import './strip.css';

/** Shows the samples and the user's photos in the user's order. */
export function PhotoStrip() {
  const { session, store } = useWorkbench();
  const photos = useApp((state) => state.photos);
  const [announced, setAnnounced] = useState('');
  const list = useRef<HTMLUListElement>(null);
  const at = useApp(({ photos, selected }) => photos.findIndex(({ id }) => id === selected));
  const { gap, onDragStart, list: dropping } = useReorder(move);

  // A newly added photo is the last and may be out of view.
  useEffect(() => {
    if (list.current) reveal(list.current, list.current.children[at]);
  }, [at]);

  function move(from: number, to: number): void {
    const photo = photos[from];
    if (!photo || to < 0 || to >= photos.length || to === from) return;
    session.move(photo.id, to);
    setAnnounced(`${photo.name}: photo ${to + 1} of ${photos.length}`);
    // An element may lose the focus when it is moved in the DOM.
    requestAnimationFrame(() => focus(to));
  }

  function remove(at: number): void {
    const photo = photos[at];
    if (!photo) return;
    session.remove(photo.id);
    // Otherwise the focus would be lost with the thumbnail.
    focusThumb((photos[at + 1] ?? photos[at - 1])?.id);
  }

  function focus(at: number): void {
    const thumb = list.current?.querySelectorAll<HTMLElement>('.thumb')[at];
    thumb?.focus();
    thumb?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  return (
    <nav className="strip" aria-label="Photos">
      <div className="strip-tools">
        <PickButton className="icon-button" label="Add photos">
          <Icon name="plus" />
        </PickButton>
        <FolderButton
          className="icon-button"
          label="Add a folder of photos"
          onFolder={(files) => void receivePicked(files, { session, store })}
        >
          <Icon name="folder" />
        </FolderButton>
        <PasteButton />
        <CameraButton />
        <BatchButton />
        <ReportButton />
      </div>
      <ul className="thumbs" ref={list} {...dropping}>
        {photos.map((photo, at) => (
          <Thumb
            key={photo.id}
            photo={photo}
            at={at}
            gap={gap?.at === at ? gap.side : undefined}
            onMove={(by) => move(at, at + by)}
            onGo={(by) => focus(at + by)}
            onRemove={() => remove(at)}
            onDrag={onDragStart}
          />
        ))}
      </ul>
      <p className="visually-hidden" role="status" data-testid="strip-said">
        {announced}
      </p>
    </nav>
  );
}
