import { useEffect, useMemo, useRef, useState } from 'react';
import { Icon } from '../../ui/Icon.tsx';
import { BatchButton } from '../batch/BatchButton.tsx';
import { useApp, useWorkbench } from '../context.ts';
import { receivePicked } from '../photos/dropped.ts';
import { FolderButton } from '../photos/FolderButton.tsx';
import { PasteButton } from '../photos/PasteButton.tsx';
import { PickButton } from '../photos/PickButton.tsx';
import { ReportButton } from '../report/ReportButton.tsx';
import { usePageShortcuts } from '../shortcuts/usePageShortcuts.ts';
import { packOf } from '../store.ts';
import { CameraButton } from './CameraButton.tsx';
import { focusThumb } from './focus-thumb.ts';
import { reveal } from './reveal.ts';
import { SamplesButton } from './SamplesButton.tsx';
import { loadSamplesHidden, saveSamplesHidden } from './samples-hidden.ts';
import { knownWords, maskCount, placeWords, resultNames, shownPhotos } from './shown.ts';
import { Thumb, type ThumbActions } from './Thumb.tsx';
import { useReorder } from './useReorder.ts';
import './strip.css';

/** CSS pixels of the neighbours that are visible beside the selected photo. */
const PEEK = 24;

/** Shows the samples and the user's photos in the user's order. */
export function PhotoStrip() {
  const { session, store, results } = useWorkbench();
  const photos = useApp((state) => state.photos);
  const selected = useApp((state) => state.selected);
  const masks = useApp((state) => state.masks);
  const pack = useApp(packOf);
  // Renders again when results arrive.
  useApp((state) => state.revision);
  const [samplesHidden, setSamplesHidden] = useState(loadSamplesHidden);
  const [announced, setAnnounced] = useState('');
  /** The thumbnail that has the focus. */
  const [focused, setFocused] = useState<string>();
  const list = useRef<HTMLUListElement>(null);
  /** Number of photos before the last change. */
  const length = useRef(0);
  const shown = shownPhotos({ photos, selected }, samplesHidden);
  const at = shown.findIndex(({ id }) => id === selected);
  // The list is one stop of the Tab key; arrow keys move within it.
  const stop = shown.find(({ id }) => id === focused)?.id ?? shown[Math.max(0, at)]?.id;
  const names = resultNames(results, pack);

  const actions = useMemo((): ThumbActions & { step(by: number): void } => {
    const now = () => shownPhotos(store.getState(), samplesHidden);
    const placeOf = (id: string | undefined) => now().findIndex((photo) => photo.id === id);
    const focus = (place: number) => {
      const thumb = list.current?.querySelectorAll<HTMLElement>('.thumb').item(place);
      thumb?.focus();
      thumb?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    };
    return {
      show: session.select,
      go: (id, by) => focus(Math.min(now().length - 1, Math.max(0, placeOf(id) + by))),
      move(id, by) {
        const to = placeOf(id) + by;
        const there = now()[to];
        if (!there || by === 0) return;
        session.move(id, store.getState().photos.indexOf(there));
        setAnnounced(`${now()[to]?.name}: place ${to + 1} of ${now().length}`);
        // An element may lose the focus when it is moved in the DOM.
        requestAnimationFrame(() => focus(to));
      },
      remove(id) {
        const place = placeOf(id);
        const neighbour = now()[place + 1] ?? now()[place - 1];
        session.remove(id);
        // Otherwise the focus would be lost with the thumbnail.
        focusThumb(neighbour?.id);
      },
      step(by) {
        const to = placeOf(store.getState().selected) + by;
        const next = now()[to];
        if (!next) return;
        session.select(next.id);
        setAnnounced(`${next.name}: photo ${placeWords(now(), next.id)}`);
      },
    };
  }, [session, store, samplesHidden]);

  usePageShortcuts(
    'photos',
    useMemo(() => ({ previous: () => actions.step(-1), next: () => actions.step(1) }), [actions]),
  );
  const { gap, list: dropping } = useReorder((from, to) => {
    const photo = shown[from];
    if (photo) actions.move(photo.id, to - from);
  });

  useEffect(() => {
    const box = list.current;
    if (!box) return;
    // Newly added photos are the last, and the first of them is selected: shows as many of them as there is room for.
    if (length.current > 0 && at >= length.current) reveal(box, box.lastElementChild ?? undefined);
    reveal(box, box.children[at], PEEK);
    // Also when the screen is turned, and the strip with it.
    let width = innerWidth;
    const observer = new ResizeObserver(() => {
      if (innerWidth !== width) reveal(box, box.children[at], PEEK);
      width = innerWidth;
    });
    observer.observe(box);
    return () => observer.disconnect();
  }, [at]);
  useEffect(() => {
    length.current = shown.length;
  });

  function hideSamples(hidden: boolean): void {
    saveSamplesHidden(hidden);
    setSamplesHidden(hidden);
  }

  return (
    <nav className="strip" aria-label="Photos">
      <div className="strip-tools">
        <div className="strip-ways">
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
        </div>
        {/* In words: no icon says what these do, and touch screens show no tooltips. */}
        <div className="strip-words">
          <BatchButton />
          <ReportButton />
          <SamplesButton hidden={samplesHidden} onChange={hideSamples} />
        </div>
      </div>
      <div className="strip-photos">
        <p className="strip-place figure">{placeWords(shown, selected)}</p>
        <ul
          className="thumbs"
          ref={list}
          {...dropping}
          onFocus={({ target }) => setFocused(target instanceof HTMLElement ? target.dataset.photo : undefined)}
          onBlur={() => setFocused(undefined)}
        >
          {shown.map((photo, place) => (
            <Thumb
              key={photo.id}
              photo={photo}
              at={place}
              current={photo.id === selected}
              stop={photo.id === stop}
              gap={gap?.at === place ? gap.side : undefined}
              computed={names.has(photo.id)}
              masks={maskCount(masks, photo.id)}
              known={knownWords(names.get(photo.id) ?? [], maskCount(masks, photo.id))}
              actions={actions}
            />
          ))}
        </ul>
      </div>
      <p className="visually-hidden" role="status" data-testid="strip-said">
        {announced}
      </p>
    </nav>
  );
}
