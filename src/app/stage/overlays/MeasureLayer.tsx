import type { Rect } from '../geometry.ts';
import { marksOf } from './marks.ts';
import { useMeasurement } from './measure.ts';
import './measure.css';

/** The measured points and the line between them, over the photo. */
export function MeasureLayer({ rect }: { readonly rect: Rect }) {
  const found = useMeasurement();
  if (!found || found.points.length === 0) return null;
  const { points, distance } = marksOf(found, rect);
  const [a, b] = points;
  return (
    <svg className="measure" aria-hidden="true" data-testid="measure">
      {a && b && (
        <>
          <path className="measure-halo" d={`M${a.x} ${a.y}L${b.x} ${b.y}`} />
          <path className="measure-line" d={`M${a.x} ${a.y}L${b.x} ${b.y}`} />
        </>
      )}
      {points.map(({ x, y, label }) => (
        <g key={label.text}>
          <circle className="measure-halo" cx={x} cy={y} r="5" />
          <circle className="measure-point" cx={x} cy={y} r="5" />
          <text x={label.x} y={label.y}>
            {label.text}
          </text>
        </g>
      ))}
      {distance && (
        <text className="measure-distance" x={distance.x} y={distance.y}>
          {distance.text}
        </text>
      )}
    </svg>
  );
}
