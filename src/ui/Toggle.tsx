interface Props {
  readonly label: string;
  readonly checked: boolean;
  onChange(checked: boolean): void;
}

export function Toggle({ label, checked, onChange }: Props) {
  return (
    <label className="toggle">
      <input
        type="checkbox"
        role="switch"
        aria-checked={checked}
        checked={checked}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span className="toggle-track" aria-hidden="true" />
      {label}
    </label>
  );
}
