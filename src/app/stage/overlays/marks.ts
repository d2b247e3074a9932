import { formatMetres } from '../../../format.ts';
import type { Rect } from '../geometry.ts';
import type { Measured } from './measure.ts';

/** A text and the middle of its baseline. */
interface Label {
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

/** How a measurement is drawn over a photo. */
interface Marks {
  readonly points: readonly { readonly x: number; readonly y: number; readonly label: Label }[];
  /** Text in the middle of the line between the two points. */
  readonly distance: Label | undefined;
}

/** Returns the places of a measurement's points and texts, in the unit of the photo's rectangle: CSS pixels. */
export function marksOf({ points, depths, distance }: Measured, rect: Rect): Marks {
  const placed = points.map(({ u, v }, i) => {
    const [x, y] = [rect.x + u * rect.width, rect.y + v * rect.height];
    const text = `${i === 0 ? 'A' : 'B'} ${formatMetres(depths[i] ?? Number.NaN)}`;
    return { x, y, label: { text, x, y: y > rect.y + 30 ? y - 11 : y + 22 } };
  });
  const [a, b] = placed;
  return {
    points: placed,
    distance:
      a && b && distance !== undefined
        ? { text: formatMetres(distance), x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 + 5 }
        : undefined,
  };
}
