import type { DepthResult } from '../../engine/results.ts';
import { Choice } from '../../ui/Choice.tsx';
import { NumberField } from '../../ui/NumberField.tsx';
import { rangeOf } from './range.ts';
import type { DepthRange, DepthView } from './view.ts';

/** Excludes the few pixels, such as a view through a window, that would take up half of the colours. */
const PERCENTILES = { kind: 'percentile', low: 2, high: 98 } as const;
/** Largest depth in metres that a 16-bit file in millimetres can hold. */
const MAX_METRES = 65.5;

const KINDS = [
  { value: 'whole', label: 'Whole photo' },
  { value: 'percentile', label: 'Percentiles' },
  { value: 'typed', label: 'Metres' },
] as const satisfies readonly { value: DepthRange['kind']; label: string }[];

interface Props {
  readonly view: DepthView;
  onView(change: Partial<DepthView>): void;
  readonly result: DepthResult | undefined;
}

/** Controls for the depths that get the first and the last colour. */
export function RangeControls({ view, onView, result }: Props) {
  const { range } = view;

  function choose(kind: DepthRange['kind']): void {
    if (kind === 'whole') onView({ range: { kind } });
    else if (kind === 'percentile') onView({ range: PERCENTILES });
    else {
      // Starts from the shown range, rounded to centimetres.
      const [near, far] = (result ? rangeOf(result, view) : [0, 10]).map((metres) => Math.round(100 * metres) / 100);
      onView({ range: { kind, near: near ?? 0, far: far ?? 10 } });
    }
  }

  return (
    <div className="row">
      <Choice label="Range" value={range.kind} options={KINDS} onChange={choose} />
      {range.kind === 'percentile' && (
        <div className="row">
          <NumberField
            label="from"
            unit="%"
            value={range.low}
            min={0}
            max={range.high}
            step={1}
            onChange={(low) => onView({ range: { ...range, low } })}
          />
          <NumberField
            label="to"
            unit="%"
            value={range.high}
            min={range.low}
            max={100}
            step={1}
            onChange={(high) => onView({ range: { ...range, high } })}
          />
        </div>
      )}
      {range.kind === 'typed' && (
        <div className="row">
          <NumberField
            label="near"
            unit="m"
            value={range.near}
            min={0}
            max={MAX_METRES}
            step={0.1}
            onChange={(near) => onView({ range: { ...range, near } })}
          />
          <NumberField
            label="far"
            unit="m"
            value={range.far}
            min={0}
            max={MAX_METRES}
            step={0.1}
            onChange={(far) => onView({ range: { ...range, far } })}
          />
        </div>
      )}
    </div>
  );
}
