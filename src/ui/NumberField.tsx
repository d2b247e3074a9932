import { useId, useState } from 'react';
import './number-field.css';

interface Props {
  readonly label: string;
  readonly unit: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** Told while typing, but only of numbers inside the limits. */
  onChange(value: number): void;
}

/** A number that can be typed. What is half typed, or outside the limits, stays in the box until it is left. */
export function NumberField({ label, unit, value, min, max, step, onChange }: Props) {
  const id = useId();
  const [draft, setDraft] = useState<string>();
  const typed = Number.parseFloat(draft ?? String(value));
  return (
    <div className="number-field">
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        className="number-input"
        type="number"
        inputMode="decimal"
        min={min}
        max={max}
        step={step}
        // Not CSS's :invalid, which takes numbers between two steps for wrong.
        aria-invalid={!(typed >= min && typed <= max)}
        value={draft ?? String(Number(value.toFixed(3)))}
        onChange={(event) => {
          const { value: text, valueAsNumber } = event.currentTarget;
          setDraft(text);
          if (valueAsNumber >= min && valueAsNumber <= max) onChange(valueAsNumber);
        }}
        onBlur={() => setDraft(undefined)}
      />
      <span className="quiet">{unit}</span>
    </div>
  );
}
