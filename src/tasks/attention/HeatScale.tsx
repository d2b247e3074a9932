import type { ReactNode } from 'react';
import { formatAttention } from '../../format.ts';
import { commonEnd, type OtherHeat } from './other-heat.ts';
import './heat-scale.css';

interface Props {
  /** Text of the word whose map is shown. */
  readonly word: string;
  /** The map's largest weight. */
  readonly max: number;
  /** Weight of the last colour if the map is drawn alone; `max` by default. */
  readonly high?: number;
  /** The map left of the compare handle, while two models are compared: both have one scale. */
  readonly other?: OtherHeat | undefined;
  /** Description of the map. */
  readonly children: ReactNode;
}

/** Colour bar of a heat map with the weights at its ends. */
export function HeatScale({ word, max, high = max, other, children }: Props) {
  const end = commonEnd(high, other);
  return (
    <div className="heat-scale" data-testid="heat-scale" data-word={word} data-max={max} data-high={end}>
      <span className="figure">0</span>
      <span className="heat-bar" aria-hidden="true" />
      <span className="figure">{formatAttention(end)}</span>
      <span className="quiet">{children}</span>
      {other && (
        <span className="quiet" data-testid="heat-left" data-max={other.max}>
          {other.max === undefined ? (
            'There is no map of it left of the handle.'
          ) : (
            <>
              Left of the handle it peaks at <b className="figure">{formatAttention(other.max)}</b> · {other.source} ·
              both sides have this scale.
            </>
          )}
        </span>
      )}
    </div>
  );
}
