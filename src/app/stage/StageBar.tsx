import { useEffect, useMemo, useState } from 'react';
import { formatPercent } from '../../format.ts';
import { Icon, type IconName } from '../../ui/Icon.tsx';
import { useApp, useWorkbench } from '../context.ts';
import { ShortcutSheet } from '../shortcuts/ShortcutSheet.tsx';
import { selectedPhoto } from '../store.ts';
import { resolutionNote } from './bar-note.ts';
import { shownBitmap } from './gl/scene.ts';
import { createStageActions, ZOOM_STEP } from './input/actions.ts';
import { PictureButtons } from './picture/PictureButtons.tsx';
import { photoRect } from './place.ts';
import { useDensity } from './useDensity.ts';

/** Milliseconds for which the bar says what was done. */
const SAID_MS = 5000;
/** Rounding errors of a scale of 1 are smaller. */
const EXACT = 1e-6;

/** Toolbar below the stage: whether photo and layers are shown, the zoom, and pictures of the stage. */
export function StageBar() {
  const { store, media } = useWorkbench();
  const actions = useMemo(() => createStageActions(store), [store]);
  const shown = useApp((state) => selectedPhoto(state)?.state === 'ready');
  const photo = useApp((state) => state.stage.photo);
  const layers = useApp((state) => state.stage.layers);
  const density = useDensity();
  /** Device pixels per pixel of the photo. */
  const scale = useApp((state) => (density * photoRect(state).width) / (selectedPhoto(state)?.width || Number.NaN));
  const view = useApp((state) => state.stage.view.scale);
  const note = useApp((state) => {
    const [item, bitmap] = [selectedPhoto(state), shownBitmap(state, media)];
    if (!item || !bitmap || state.stage.closeUp) return undefined;
    return resolutionNote(item, bitmap, density * photoRect(state).width);
  });
  const [said, say] = useSaid();
  return (
    <div className="stage-bar" role="toolbar" aria-label="View">
      <ShowButton label="Photo" hint="Photo on or off (P)" on={photo} onToggle={() => actions.toggle('photo')} />
      <ShowButton label="Layers" hint="Layers on or off (L)" on={layers} onToggle={() => actions.toggle('layers')} />
      <p
        className="stage-note"
        data-empty={(said === undefined && note === undefined) || undefined}
        data-testid="stage-note"
      >
        {said === undefined && note}
        {/* Not the note, which would be announced once more after each sentence. */}
        <span role="status">{said}</span>
      </p>
      <ViewButton
        label="Zoom out"
        keys="−"
        able={shown && view > 1}
        onPress={() => actions.zoom(1 / ZOOM_STEP)}
        icon="minus"
      />
      <output className="stage-scale figure" aria-label="Scale" data-testid="scale">
        {shown ? formatPercent(scale) : ''}
      </output>
      <ViewButton label="Zoom in" keys="+" able={shown} onPress={() => actions.zoom(ZOOM_STEP)} icon="plus" />
      <ViewButton label="The whole photo" keys="0" able={shown && view !== 1} onPress={actions.fit} icon="fit" />
      <ViewButton
        label="100 %: one pixel of the photo on one of the screen"
        keys="9"
        able={shown && Math.abs(scale - 1) > EXACT}
        onPress={() => actions.actualSize(density)}
        icon="actual"
      />
      <PictureButtons onDone={say} />
      <ShortcutSheet />
    </div>
  );
}

/** Returns a sentence that disappears after a while, and a function that sets it. */
function useSaid(): readonly [string | undefined, (sentence: string) => void] {
  const [said, setSaid] = useState<{ readonly sentence: string }>();
  useEffect(() => {
    if (!said) return;
    const timer = setTimeout(() => setSaid(undefined), SAID_MS);
    return () => clearTimeout(timer);
  }, [said]);
  return [said?.sentence, (sentence) => setSaid({ sentence })];
}

interface ViewProps {
  readonly icon: IconName;
  readonly label: string;
  readonly keys: string;
  /** True if a press would change the view. */
  readonly able: boolean;
  onPress(): void;
}

/** `aria-disabled` instead of `disabled`: a press may leave nothing more to do, and a disabled button loses the focus. */
function ViewButton({ icon, label, keys, able, onPress }: ViewProps) {
  return (
    <button
      type="button"
      className="icon-button small"
      aria-label={label}
      title={`${label} (${keys})`}
      aria-disabled={!able}
      onClick={() => able && onPress()}
    >
      <Icon name={icon} />
    </button>
  );
}

interface ShowProps {
  readonly label: string;
  readonly hint: string;
  readonly on: boolean;
  onToggle(): void;
}

function ShowButton({ label, hint, on, onToggle }: ShowProps) {
  return (
    <button type="button" className="button small stage-show" title={hint} aria-pressed={on} onClick={onToggle}>
      <Icon name={on ? 'eye' : 'eyeOff'} /> {label}
    </button>
  );
}
