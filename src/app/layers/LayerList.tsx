import { useId, useMemo } from 'react';
import { formatPercent } from '../../format.ts';
import { BLENDS, type Blend } from '../../tasks/layer.ts';
import { isVisible, LAYER_IDS, type LayerId, type LayerState, toggled } from '../../tasks/layer-stack.ts';
import { Icon } from '../../ui/Icon.tsx';
import { useApp, useWorkbench } from '../context.ts';
import { createStageActions } from '../stage/input/actions.ts';
import { hasLayer } from './compose.ts';
import './layer-list.css';

const NAMES = {
  depth: 'Depth',
  classes: 'Classes',
  attention: 'Attention',
  masks: 'Masks',
} satisfies Record<LayerId, string>;

/** Hints for layers that have nothing to show. */
const EMPTY = {
  depth: 'not computed for this photo yet',
  classes: 'not computed for this photo yet',
  attention: 'choose a word or a class to see its attention',
  masks: 'describe something to find in the photo',
} satisfies Record<LayerId, string>;

const BLEND_NAMES = {
  normal: 'Normal',
  multiply: 'Multiply',
  screen: 'Screen',
  overlay: 'Overlay',
  color: 'Colour',
  luminosity: 'Luminosity',
} satisfies Record<Blend, string>;

/** The top layer first, as in image editors. */
const TOP_DOWN = [...LAYER_IDS].reverse();

/** Visibility, opacity and blend mode of each layer over the photo. A change of the task does not change them. */
export function LayerList() {
  const { store } = useWorkbench();
  const actions = useMemo(() => createStageActions(store), [store]);
  const photoShown = useApp((state) => state.stage.photo);
  const photoOpacity = useApp((state) => state.stage.photoOpacity);
  return (
    <details className="layer-list" open>
      <summary>
        <h2>Layers</h2>
      </summary>
      <ul>
        {TOP_DOWN.map((id) => (
          <Overlay key={id} id={id} />
        ))}
        <Row
          name="Photo"
          visible={photoShown}
          opacity={photoOpacity}
          onToggle={() => actions.toggle('photo')}
          onOpacity={(value) => store.setState({ stage: { ...store.getState().stage, photoOpacity: value } })}
        />
      </ul>
    </details>
  );
}

function Overlay({ id }: { readonly id: LayerId }) {
  const { store, results } = useWorkbench();
  const layer = useApp((state) => state.layers[id]);
  const visible = useApp((state) => isVisible(state.layers, id, state.task));
  const filled = useApp((state) => hasLayer(state, results, id));
  const change = (by: Partial<LayerState>) => {
    const { layers } = store.getState();
    store.setState({ layers: { ...layers, [id]: { ...layers[id], ...by } } });
  };
  return (
    <Row
      name={NAMES[id]}
      hint={filled ? undefined : EMPTY[id]}
      visible={visible}
      opacity={layer.opacity}
      blend={layer.blend}
      onToggle={() => store.setState(({ layers, task }) => ({ layers: toggled(layers, id, task) }))}
      onOpacity={(opacity) => change({ opacity })}
      onBlend={(blend) => change({ blend })}
    />
  );
}

interface RowProps {
  readonly name: string;
  readonly hint?: string | undefined;
  readonly visible: boolean;
  readonly opacity: number;
  readonly blend?: Blend;
  onToggle(): void;
  onOpacity(opacity: number): void;
  onBlend?(blend: Blend): void;
}

function Row({ name, hint, visible, opacity, blend, onToggle, onOpacity, onBlend }: RowProps) {
  const described = useId();
  return (
    <li className="layer-row" data-layer={name.toLowerCase()} data-empty={hint !== undefined || undefined}>
      <button
        type="button"
        className="icon-button small"
        aria-label={`Show ${name.toLowerCase()}`}
        aria-pressed={visible}
        aria-describedby={hint && described}
        title={hint}
        onClick={onToggle}
      >
        <Icon name={visible ? 'eye' : 'eyeOff'} />
      </button>
      <span className="layer-name">{name}</span>
      {hint && (
        <span id={described} className="visually-hidden">
          {hint}
        </span>
      )}
      <input
        className="slider"
        type="range"
        min={0}
        max={1}
        step={0.01}
        value={opacity}
        aria-label={`${name} opacity`}
        aria-valuetext={formatPercent(opacity)}
        onChange={(event) => onOpacity(event.currentTarget.valueAsNumber)}
      />
      <output className="field-value">{formatPercent(opacity)}</output>
      {blend && (
        <select
          className="select"
          aria-label={`${name} blend mode`}
          value={blend}
          onChange={(event) => {
            const chosen = BLENDS.find((each) => each === event.currentTarget.value);
            if (chosen) onBlend?.(chosen);
          }}
        >
          {BLENDS.map((each) => (
            <option key={each} value={each}>
              {BLEND_NAMES[each]}
            </option>
          ))}
        </select>
      )}
    </li>
  );
}
