import { formatShare } from '../../../format.ts';
import { Slider } from '../../../ui/Slider.tsx';
import { Toggle } from '../../../ui/Toggle.tsx';
import { useTouch } from '../../../ui/touch.ts';
import { Section } from '../Section.tsx';
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
}

/** Threshold of the shown mask; in a section that is closed at first, its brush and cleaning, and the outline of all masks. */
export function MaskTools({ view, onView, item, pixels, onChange }: Props) {
  const touch = useTouch();
  const cleaned = (share: number) => (share === 0 ? 'off' : `${formatShare(share)}, ${Math.round(share * pixels)} px`);
  return (
    <>
      {item && (
        <Slider
          label="Threshold"
          value={item.threshold}
          min={0.01}
          max={0.99}
          text={item.threshold.toFixed(2)}
          onChange={(threshold) => onChange(item.prompt, { threshold }, 'threshold')}
        />
      )}
      <Section
        id="tools"
        view={view}
        // A brush without its controls would paint where the user wants to move the photo.
        onView={(change) => onView({ ...change, brush: 'off' })}
        label="Correct the mask"
        heading={
          <>
            Correct the mask <span className="quiet">brush, specks, holes, outline</span>
          </>
        }
      >
        <span className="field-label" aria-hidden="true">
          Brush
        </span>
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
        {view.brush !== 'off' && (
          <>
            <Slider
              label={touch ? 'Brush size' : 'Brush size, keys [ and ]'}
              value={view.brushSize}
              min={BRUSH.min}
              max={BRUSH.max}
              step={1}
              text={`${view.brushSize} px`}
              onChange={(brushSize) => onView({ brushSize })}
            />
            <p className="note">
              {touch
                ? 'Paint with one finger; two fingers zoom and move the photo.'
                : 'Drag on the photo; Alt turns adding into erasing. By keys: focus the photo, move with the arrows, paint with Enter.'}
            </p>
          </>
        )}
        {item && (
          <>
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
      </Section>
    </>
  );
}
