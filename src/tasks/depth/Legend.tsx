import { useContext } from 'react';
import type { DepthResult } from '../../engine/results.ts';
import { formatMetres } from '../../format.ts';
import { PointedDepth } from '../pointed.ts';
import { depthGradient } from './gradient.ts';
import { rangeOf } from './range.ts';
import type { DepthView } from './view.ts';

interface Props {
  readonly view: DepthView;
  readonly result: DepthResult | undefined;
}

/** Colour bar over the chosen range, with a tick at the depth under the pointer. */
export function Legend({ view, result }: Props) {
  const pointed = useContext(PointedDepth);
  const [near, far] = result ? rangeOf(result, view) : [Number.NaN, Number.NaN];
  const share = result && pointed !== undefined ? (pointed - near) / (far - near || 1) : undefined;
  return (
    <figure className="legend">
      <div className="legend-bar" style={{ backgroundImage: depthGradient(view) }}>
        {share !== undefined && (
          <span className="legend-tick" style={{ insetInlineStart: `${100 * Math.min(1, Math.max(0, share))}%` }} />
        )}
      </div>
      <figcaption>
        <span>
          <span className="quiet">near</span> <b data-testid="depth-near">{result ? formatMetres(near) : '–'}</b>
        </span>
        <span className="figure accent">{pointed === undefined ? '' : formatMetres(pointed)}</span>
        <span>
          <b data-testid="depth-far">{result ? formatMetres(far) : '–'}</b> <span className="quiet">far</span>
        </span>
      </figcaption>
    </figure>
  );
}
