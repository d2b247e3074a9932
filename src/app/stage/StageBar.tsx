import { useMemo } from 'react';
import { formatPercent } from '../../format.ts';
import { Icon, type IconName } from '../../ui/Icon.tsx';
import { useApp, useWorkbench } from '../context.ts';
import { ShortcutSheet } from '../shortcuts/ShortcutSheet.tsx';
import { selectedPhoto } from '../store.ts';
import { createStageActions, ZOOM_STEP } from './input/actions.ts';
import { photoRect } from './place.ts';

/** Toolbar below the stage: the zoom, and whether photo and layers are shown. */
export function StageBar() {
  const { store } = useWorkbench();
  const actions = useMemo(() => createStageActions(store), [store]);
  const shown = useApp((state) => selectedPhoto(state)?.state === 'ready');
  const photo = useApp((state) => state.stage.photo);
  const layers = useApp((state) => state.stage.layers);
  const scale = useApp((state) => photoRect(state).width / (selectedPhoto(state)?.width || Number.NaN));
  const fitted = useApp((state) => state.stage.view.scale === 1);
  return (
    <div className="stage-bar" role="toolbar" aria-label="View">
      <ShowButton label="Photo" hint="Photo on or off (P)" on={photo} onToggle={() => actions.toggle('photo')} />
      <ShowButton label="Layers" hint="Layers on or off (L)" on={layers} onToggle={() => actions.toggle('layers')} />
      <span className="stage-bar-gap" />
      <ViewButton
        icon="minus"
        label="Zoom out"
        keys="−"
        able={shown && !fitted}
        onPress={() => actions.zoom(1 / ZOOM_STEP)}
      />
      <output className="stage-scale figure" aria-label="Scale" data-testid="scale">
        {shown ? formatPercent(scale) : ''}
      </output>
      <ViewButton icon="plus" label="Zoom in" keys="+" able={shown} onPress={() => actions.zoom(ZOOM_STEP)} />
      <ViewButton icon="fit" label="The whole photo" keys="0" able={shown && !fitted} onPress={actions.fit} />
      <ShortcutSheet />
    </div>
  );
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
