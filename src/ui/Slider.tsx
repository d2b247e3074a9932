import { useId } from 'react';

interface Props {
  readonly label: string;
  readonly value: number;
  readonly min?: number;
  readonly max?: number;
  readonly step?: number;
  /** The value as text, shown next to the label and read by screen readers. */
  readonly text: string;
  onChange(value: number): void;
}

export function Slider({ label, value, min = 0, max = 1, step = 0.01, text, onChange }: Props) {
  const id = useId();
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      <output className="field-value" htmlFor={id}>
        {text}
      </output>
      <input
        id={id}
        className="slider"
        type="range"
        min={min}
        max={max}
        step={step}
        value={value}
        aria-valuetext={text}
        onChange={(event) => onChange(event.currentTarget.valueAsNumber)}
      />
    </div>
  );
}
