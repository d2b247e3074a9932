import { useEffect, useState } from 'react';
import { formatAttention, formatMetres, formatWeight } from '../../format.ts';
import { useTouch } from '../../ui/touch.ts';
import { useApp } from '../context.ts';
import { selectedPhoto } from '../store.ts';
import { type OtherSide, useOtherSide } from './other-side.ts';
import { type Reading, spoken } from './probe.ts';
import { useReading } from './useReading.ts';
import './readout.css';

/** Delay after which a value is announced, so that a moving crosshair is not announced at every step. */
const ANNOUNCE_DELAY_MS = 200;

interface AnnouncerProps {
  readonly reading: Reading | undefined;
  readonly other: OtherSide | undefined;
}

function Announcer({ reading, other }: AnnouncerProps) {
  const byKeys = useApp((state) => state.crosshair?.by === 'keys');
  const text = reading && byKeys ? spoken(reading, other?.spoken) : '';
  const [said, setSaid] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setSaid(text), ANNOUNCE_DELAY_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <p className="visually-hidden" aria-live="polite">
      {said}
    </p>
  );
}

interface SidesProps {
  readonly own: string;
  readonly other: OtherSide | undefined;
  readonly of: 'metres' | 'className' | 'mask';
}

/** A value of the result; in a comparison, with that of the other side in the order in which the stage shows them. */
function Sides({ own, other, of }: SidesProps) {
  if (!other) return own;
  const pair = other.side === 'left' ? [other[of], own] : [own, other[of]];
  return <span title={other.title}>{pair.join(' | ')}</span>;
}

/** One line under the stage: position, metres, class, mask probability, top words. */
export function Readout() {
  const reading = useReading();
  const other = useOtherSide();
  const touch = useTouch();
  const shown = useApp((state) => selectedPhoto(state) !== undefined);
  return (
    <div
      className="readout"
      data-testid="readout"
      data-x={reading?.x}
      data-y={reading?.y}
      data-metres={reading?.metres}
    >
      {reading ? (
        <dl>
          <div>
            <dt>Pixel</dt>
            <dd className="figure">
              {reading.x}, {reading.y}
            </dd>
          </div>
          <div hidden={reading.metres === undefined}>
            <dt>Depth</dt>
            <dd className="figure">
              <Sides own={formatMetres(reading.metres ?? Number.NaN)} other={other} of="metres" />
            </dd>
          </div>
          <div hidden={reading.className === undefined}>
            <dt>Class</dt>
            <dd>
              <Sides own={reading.className ?? '–'} other={other} of="className" />
            </dd>
          </div>
          <div hidden={reading.probability === undefined}>
            <dt>Mask</dt>
            <dd className="figure">
              <Sides own={formatWeight(reading.probability ?? Number.NaN)} other={other} of="mask" />
            </dd>
          </div>
          <div className="readout-words" hidden={reading.words.length === 0}>
            <dt>Words</dt>
            <dd>
              {reading.words.map((word) => (
                <span key={word.key}>
                  {word.text} <span className="figure quiet">{formatAttention(word.weight)}</span>
                </span>
              ))}
            </dd>
          </div>
        </dl>
      ) : (
        <p className="quiet">
          {shown &&
            (touch
              ? 'Tap the photo to read values.'
              : 'Point at the photo, or focus it and use the arrow keys, to read values.')}
        </p>
      )}
      <Announcer reading={reading} other={other} />
    </div>
  );
}
