import { useEffect, useState } from 'react';
import { formatMetres, formatWeight } from '../../format.ts';
import { useApp, useWorkbench } from '../context.ts';
import { secondResults, secondState } from '../second-model/view.ts';
import { selectedPhoto } from '../store.ts';
import { type Reading, readAt, spoken } from './probe.ts';
import { useReading } from './useReading.ts';
import './readout.css';

/** Delay after which a value is announced, so that a moving crosshair is not announced at every step. */
const ANNOUNCE_DELAY_MS = 200;

function Announcer({ reading, left }: Record<'reading' | 'left', Reading | undefined>) {
  const byKeys = useApp((state) => state.crosshair?.by === 'keys');
  const text = reading && byKeys ? spoken(reading, left) : '';
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

/** Returns the second model's values at the crosshair, while two models are compared. */
function useLeftReading(): Reading | undefined {
  const { store, results } = useWorkbench();
  useApp((state) => state.secondModel);
  const state = store.getState();
  const seen = secondState(state, results);
  return seen && readAt(seen, secondResults(state, results));
}

/** A value; while two models are compared, preceded by that of the left one. */
function Sides({ left, own }: { readonly left: string | undefined; readonly own: string }) {
  return left === undefined ? own : <span title="Left and right of the handle">{`${left} | ${own}`}</span>;
}

/** One line under the stage: position, metres, class, mask probability, top words. */
export function Readout() {
  const reading = useReading();
  const left = useLeftReading();
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
              <Sides
                left={left && formatMetres(left.metres ?? Number.NaN)}
                own={formatMetres(reading.metres ?? Number.NaN)}
              />
            </dd>
          </div>
          <div hidden={reading.className === undefined}>
            <dt>Class</dt>
            <dd>
              <Sides left={left && (left.className ?? '–')} own={reading.className ?? '–'} />
            </dd>
          </div>
          <div hidden={reading.probability === undefined}>
            <dt>Mask</dt>
            <dd className="figure">
              <Sides
                left={left && formatWeight(left.probability ?? Number.NaN)}
                own={formatWeight(reading.probability ?? Number.NaN)}
              />
            </dd>
          </div>
          <div className="readout-words" hidden={reading.words.length === 0}>
            <dt>Words</dt>
            <dd>
              {reading.words.map((word) => (
                <span key={word.key}>
                  {word.text} <span className="figure quiet">{formatWeight(word.weight)}</span>
                </span>
              ))}
            </dd>
          </div>
        </dl>
      ) : (
        <p className="quiet">{shown && 'Point at the photo, or focus it and use the arrow keys, to read values.'}</p>
      )}
      <Announcer reading={reading} left={left} />
    </div>
  );
}
