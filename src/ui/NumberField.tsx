import { useId, useState } from 'react';
import './number-field.css';

interface Props {
  readonly label: string;
  readonly unit: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** Called while typing, for numbers within the limits only. */
  onChange(value: number): void;
}

/** Input for a number. Incomplete text and numbers outside the limits stay in the input until it loses the focus. */
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
        // Instead of CSS's :invalid, which also matches numbers between two steps.
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
