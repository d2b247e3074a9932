import type { Unit } from './units.ts';
import './tokens.css';

interface Props {
  readonly units: readonly Unit[];
  /** Keys of the unit under the pointer or with the focus, and of the clicked one. */
  readonly hovered: string | undefined;
  readonly locked: string | undefined;
  /** Strength of a unit at the pointer, 0…1, for the bar under the word. */
  readonly strength: (unit: Unit) => number;
  onHover(key: string | undefined): void;
  onLock(key: string | undefined): void;
}

/** The prompt as the network read it: pointing at a word shows its attention map, a click keeps it shown. */
export function TokenStrip({ units, hovered, locked, strength, onHover, onLock }: Props) {
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
            <meter
              className="token-meter"
              aria-label={`attention of ${unit.text} at the pointer`}
              value={strength(unit)}
            />
          </button>
        </li>
      ))}
    </ul>
  );
}
