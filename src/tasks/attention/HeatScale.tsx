import type { ReactNode } from 'react';
import { formatWeight } from '../../format.ts';
import './heat-scale.css';

interface Props {
  /** Whose map is on show. */
  readonly word: string;
  /** The map's largest weight. */
  readonly max: number;
  /** The weight of the last colour, where that may be another one. */
  readonly high?: number;
  /** What the map tells, in words. */
  readonly children: ReactNode;
}

/** Which weights the colours of a heat map stand for. */
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
