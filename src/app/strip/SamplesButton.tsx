import { useApp } from '../context.ts';

interface Props {
  readonly hidden: boolean;
  onChange(hidden: boolean): void;
}

/** Hides the sample rooms from the strip, or shows them again. */
export function SamplesButton({ hidden, onChange }: Props) {
  const any = useApp((state) => state.photos.some(({ source }) => source === 'sample'));
  if (!any) return null;
  return (
    <button
      type="button"
      className="button"
      aria-pressed={!hidden}
      title={hidden ? 'Show the samples' : 'Hide the samples'}
      onClick={() => onChange(!hidden)}
    >
      Samples
    </button>
  );
}
