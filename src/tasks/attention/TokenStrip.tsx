import { useContext } from 'react';
import type { Place } from '../place.ts';
import { PointedPlace } from '../pointed.ts';
import type { Unit } from './units.ts';
import './tokens.css';

interface Props {
  readonly units: readonly Unit[];
  /** Keys of the unit under the pointer or with the focus, and of the clicked one. */
  readonly hovered: string | undefined;
  readonly locked: string | undefined;
  /** Strength of a unit at a point, 0…1, for the bar under the word. */
  readonly strengthAt: (unit: Unit, place: Place) => number;
  onHover(key: string | undefined): void;
  onLock(key: string | undefined): void;
}

function Strength({ unit, strengthAt }: Pick<Props, 'strengthAt'> & { readonly unit: Unit }) {
  const place = useContext(PointedPlace);
  return (
    <meter
      className="token-meter"
      aria-label={`attention of ${unit.text} at the pointer`}
      value={place ? strengthAt(unit, place) : 0}
    />
  );
}

/** The prompt as the network read it: pointing at a word shows its attention map, a click keeps it shown. */
export function TokenStrip({ units, hovered, locked, strengthAt, onHover, onLock }: Props) {
  return (
    <ul className="tokens" aria-label="Words of the prompt" onPointerLeave={() => onHover(undefined)}>
      {units.map((unit) => (
        <li key={unit.key}>
          <button
            type="button"
            className="token"
            data-special={unit.special || undefined}
            data-unknown={!unit.known || undefined}
            data-shown={unit.key === (hovered ?? locked) || undefined}
            aria-pressed={unit.key === locked}
            title={unit.known ? undefined : 'This model has never seen this word: it reads it as “unknown”.'}
            onPointerEnter={() => onHover(unit.key)}
            onFocus={() => onHover(unit.key)}
            onBlur={() => onHover(undefined)}
            onClick={() => onLock(unit.key === locked ? undefined : unit.key)}
          >
            {unit.text}
            <Strength unit={unit} strengthAt={strengthAt} />
          </button>
        </li>
      ))}
    </ul>
  );
}
