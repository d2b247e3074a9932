import type { DepthResult } from '../../engine/protocol.ts';
import { colormap } from '../../image/colormap.ts';
import { formatMetres } from '../../ui/format.ts';
import { rangeOf } from './range.ts';
import type { DepthView } from './view.ts';

/** Colours along the bar; more stops than this cannot be told apart at its width. */
const STOPS = 24;

function gradient(view: DepthView): string {
  const table = colormap(view.colormap);
  const stops = Array.from({ length: STOPS }, (_, i) => {
    const along = i / (STOPS - 1);
    const entry = 3 * Math.round(255 * (view.invert ? 1 - along : along));
    return `rgb(${table[entry]} ${table[entry + 1]} ${table[entry + 2]})`;
  });
  return `linear-gradient(to right, ${stops.join(', ')})`;
}

interface Props {
  readonly view: DepthView;
  readonly result: DepthResult | undefined;
  readonly pointed: number | undefined;
}

/** Colour bar over the chosen range, with a tick at the value under the pointer. */
export function Legend({ view, result, pointed }: Props) {
  const [near, far] = result ? rangeOf(result, view) : [Number.NaN, Number.NaN];
  const share = result && pointed !== undefined ? (pointed - near) / (far - near || 1) : undefined;
  return (
    <figure className="legend">
      <div className="legend-bar" style={{ backgroundImage: gradient(view) }}>
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
