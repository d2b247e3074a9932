import { formatShare } from '../../../format.ts';
import { Icon, type IconName } from '../../../ui/Icon.tsx';
import { chordText } from '../../../ui/key-caps.ts';
import { Slider } from '../../../ui/Slider.tsx';
import { Toggle } from '../../../ui/Toggle.tsx';
import type { ReferView } from '../view.ts';
import type { MaskChange, MaskItem } from './masks.ts';

/** Largest speck or hole that a slider can remove, as a share of the photo. */
const MAX_CLEANED = 0.02;
const CLEAN_STEP = 0.0005;
/** Brush diameters in pixels of the photo; the keys change it by a quarter. */
const BRUSH = { min: 1, max: 400, factor: 1.25 } as const;

export const largerBrush = (size: number) => Math.min(BRUSH.max, Math.max(size + 1, Math.round(size * BRUSH.factor)));
export const smallerBrush = (size: number) => Math.max(BRUSH.min, Math.min(size - 1, Math.round(size / BRUSH.factor)));

const BRUSHES = [
  { value: 'off', label: 'Off' },
  { value: 'add', label: 'Add' },
  { value: 'erase', label: 'Erase' },
] as const;

interface Props {
  readonly view: ReferView;
  onView(change: Partial<ReferView>): void;
  /** The shown mask. */
  readonly item: MaskItem | undefined;
  /** Number of pixels of its result. */
  readonly pixels: number;
  onChange(prompt: string, change: MaskChange, step?: string): void;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  onUndo(): void;
  onRedo(): void;
}

/** Threshold, cleaning and brush of the shown mask, and the outline of all masks. */
export function MaskTools({ view, onView, item, pixels, onChange, canUndo, canRedo, onUndo, onRedo }: Props) {
  const cleaned = (share: number) => (share === 0 ? 'off' : `${formatShare(share)}, ${Math.round(share * pixels)} px`);
  return (
    <>
      <div className="group">
        <h2>Mask {item && <span className="quiet">{item.name}</span>}</h2>
        {item && (
          <>
            <Slider
              label="Threshold"
              value={item.threshold}
              min={0.01}
              max={0.99}
              text={item.threshold.toFixed(2)}
              onChange={(threshold) => onChange(item.prompt, { threshold }, 'threshold')}
            />
            <Slider
              label="Remove specks below"
              value={item.specks}
              max={MAX_CLEANED}
              step={CLEAN_STEP}
              text={cleaned(item.specks)}
              onChange={(specks) => onChange(item.prompt, { specks }, 'specks')}
            />
            <Slider
              label="Fill holes below"
              value={item.holes}
              max={MAX_CLEANED}
              step={CLEAN_STEP}
              text={cleaned(item.holes)}
              onChange={(holes) => onChange(item.prompt, { holes }, 'holes')}
            />
          </>
        )}
        <Toggle label="Outline" checked={view.outline} onChange={(outline) => onView({ outline })} />
      </div>
      <div className="group">
        <h2>
          Brush <span className="quiet">keys [ and ] change its size</span>
        </h2>
        <div className="brush-row">
          <fieldset className="segments" disabled={!item || item.hidden}>
            <legend className="visually-hidden">Brush</legend>
            {BRUSHES.map(({ value, label }) => (
              <label key={value} className="segment">
                <input
                  type="radio"
                  name="brush"
                  value={value}
                  checked={view.brush === value}
                  onChange={() => onView({ brush: value })}
                />
                {label}
              </label>
            ))}
          </fieldset>
          <HistoryButton icon="undo" label="Undo" keys="Mod+z" able={canUndo} onPress={onUndo} />
          <HistoryButton icon="redo" label="Redo" keys="Mod+Shift+z" able={canRedo} onPress={onRedo} />
        </div>
        {view.brush !== 'off' && (
          <>
            <Slider
              label="Brush size"
              value={view.brushSize}
              min={BRUSH.min}
              max={BRUSH.max}
              step={1}
              text={`${view.brushSize} px`}
              onChange={(brushSize) => onView({ brushSize })}
            />
            <p className="note">
              Drag on the photo; Alt turns adding into erasing. By keys: focus the photo, move with the arrows, paint
              with Enter.
            </p>
          </>
        )}
      </div>
    </>
  );
}

interface HistoryProps {
  readonly icon: IconName;
  readonly label: string;
  /** Name of the chord as in a table of shortcuts. */
  readonly keys: string;
  readonly able: boolean;
  onPress(): void;
}

function HistoryButton({ icon, label, keys, able, onPress }: HistoryProps) {
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={label}
      title={`${label} (${chordText(keys)})`}
      disabled={!able}
      onClick={onPress}
    >
      <Icon name={icon} />
    </button>
  );
}
