import { formatMetres } from '../../../format.ts';
import type { Rect } from '../geometry.ts';
import { useMeasurement } from './measure.ts';
import './measure.css';

/** The measured points and the line between them, over the photo. */
export function MeasureLayer({ rect }: { readonly rect: Rect }) {
  const found = useMeasurement();
  if (!found || found.points.length === 0) return null;
  const points = found.points.map(({ u, v }, i) => ({
    name: i === 0 ? 'A' : 'B',
    depth: found.depths[i] ?? Number.NaN,
    x: rect.x + u * rect.width,
    y: rect.y + v * rect.height,
  }));
  const [a, b] = points;
  return (
    <svg className="measure" aria-hidden="true" data-testid="measure">
      {a && b && (
        <>
          <path className="measure-halo" d={`M${a.x} ${a.y}L${b.x} ${b.y}`} />
          <path className="measure-line" d={`M${a.x} ${a.y}L${b.x} ${b.y}`} />
        </>
      )}
      {points.map(({ name, depth, x, y }) => (
        <g key={name}>
          <circle className="measure-halo" cx={x} cy={y} r="5" />
          <circle className="measure-point" cx={x} cy={y} r="5" />
          <text x={x} y={y > rect.y + 30 ? y - 11 : y + 22}>
            {name} {formatMetres(depth)}
          </text>
        </g>
      ))}
      {a && b && found.distance !== undefined && (
        <text className="measure-distance" x={(a.x + b.x) / 2} y={(a.y + b.y) / 2 + 5}>
          {formatMetres(found.distance)}
        </text>
      )}
    </svg>
  );
}
