import type { ReactNode } from 'react';
import { formatWeight } from '../../format.ts';
import './heat-scale.css';

interface Props {
  /** Text of the word whose map is shown. */
  readonly word: string;
  /** The map's largest weight. */
  readonly max: number;
  /** Weight of the last colour; `max` by default. */
  readonly high?: number;
  /** Description of the map. */
  readonly children: ReactNode;
}

/** Colour bar of a heat map with the weights at its ends. */
export function HeatScale({ word, max, high, children }: Props) {
  return (
    <div className="heat-scale" data-testid="heat-scale" data-word={word} data-max={max} data-high={high}>
      <span className="figure">0</span>
      <span className="heat-bar" aria-hidden="true" />
      <span className="figure">{formatWeight(high ?? max)}</span>
      <span className="quiet">{children}</span>
    </div>
  );
}
