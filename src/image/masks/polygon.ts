import { findRegions } from './regions.ts';

/** A closed ring [x0, y0, x1, y1, …] in pixels: (0, 0) is the picture's top left corner, (0.5, 0.5) the centre of its first pixel. */
export type Ring = readonly number[];

/** One connected piece of a mask; its outer ring runs clockwise on the screen, its holes counter-clockwise. */
interface Polygon {
  readonly outer: Ring;
  readonly holes: readonly Ring[];
}

/**
 * Limit of the simplification in pixels. A ring passes through the midpoints of pixel sides, so its distance to every pixel centre is at
 * least √2⁄4 = 0.3536 px. A simplified ring that is closer keeps every centre on its side, so filling it restores every pixel.
 */
const TOLERANCE = 0.35;

/** Right, down, left, up: a right turn is the next step. */
const STEPS = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
] as const;

/**
 * Outlines of a row-major mask, one polygon per 4-connected piece. Filling them (even-odd or non-zero rule; a pixel is inside if its centre
 * is) restores the mask exactly.
 */
export function maskPolygons(mask: Uint8Array, width: number, height: number): Polygon[] {
  const { labels } = findRegions(mask, width, height);
  const seen = new Uint8Array(mask.length);
  const pieces = new Map<number, { outer: Ring; holes: Ring[] }>();
  for (let start = 0; start < mask.length; start++) {
    // Every ring has a horizontal side with an inside pixel below it, where it is traced from.
    if (!mask[start] || seen[start] || (start >= width && mask[start - width])) continue;
    const ring = simplify(trace(mask, width, height, start, seen));
    const label = labels[start] ?? 0;
    const piece = pieces.get(label);
    // The first ring of a piece contains its topmost row, so it is the outer one.
    if (piece) piece.holes.push(ring);
    else pieces.set(label, { outer: ring, holes: [] });
  }
  return [...pieces.values()];
}

/** Follows the boundary, with the inside on the right, from the upper side of pixel `start`. */
function trace(mask: Uint8Array, width: number, height: number, start: number, seen: Uint8Array): number[] {
  const inside = (x: number, y: number) => x >= 0 && y >= 0 && x < width && y < height && mask[y * width + x] === 1;
  const ring: number[] = [];
  let x = start % width;
  let y = Math.floor(start / width);
  let way = 0;
  for (;;) {
    const [dx, dy] = STEPS[way] ?? STEPS[0];
    if (way === 0) {
      if (seen[y * width + x]) return ring;
      seen[y * width + x] = 1;
    }
    ring.push(x + dx / 2, y + dy / 2);
    x += dx;
    y += dy;
    // The two pixels ahead of the corner (x, y), on the right and the left.
    const right = inside(x + (way === 0 || way === 3 ? 0 : -1), y + (way === 0 || way === 1 ? 0 : -1));
    const left = inside(x + (way === 0 || way === 1 ? 0 : -1), y + (way === 1 || way === 2 ? 0 : -1));
    // If only two diagonal pixels are inside, a right turn keeps their pieces separate.
    if (!right) way = (way + 1) % 4;
    else if (left) way = (way + 3) % 4;
  }
}

/** Douglas and Peucker's simplification (1973) of a closed ring, within `TOLERANCE` of the original. */
function simplify(ring: readonly number[]): number[] {
  const count = ring.length / 2;
  const at = (i: number) => [ring[2 * (i % count)] ?? 0, ring[2 * (i % count) + 1] ?? 0] as const;
  const keep = new Uint8Array(count + 1);
  const far = farthest(at, 0, count, 0, 0);
  const open: (readonly [number, number])[] = [
    [0, far.index],
    [far.index, count],
  ];
  keep[0] = keep[far.index] = 1;
  for (let span = open.pop(); span; span = open.pop()) {
    const [from, to] = span;
    const { index, squared } = farthest(at, from, to, from, to);
    if (squared <= TOLERANCE * TOLERANCE) continue;
    keep[index] = 1;
    open.push([from, index], [index, to]);
  }
  const kept: number[] = [];
  for (let i = 0; i < count; i++) if (keep[i]) kept.push(...at(i));
  return kept;
}

/** Returns the point strictly between `from` and `to` that is farthest from the line segment a–b. */
function farthest(at: (i: number) => readonly [number, number], from: number, to: number, a: number, b: number) {
  const [ax, ay] = at(a);
  const [bx, by] = at(b);
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  let best = { index: from, squared: -1 };
  for (let i = from + 1; i < to; i++) {
    const [x, y] = at(i);
    const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / length));
    const squared = (x - ax - along * dx) ** 2 + (y - ay - along * dy) ** 2;
    if (squared > best.squared) best = { index: i, squared };
  }
  return best;
}

/**
 * Converts a polygon to one ring, for formats without holes (COCO): a cut runs from the outer ring to each hole and back along the same
 * line, so it has no area.
 */
export function withoutHoles({ outer, holes }: Polygon): Ring {
  return holes.reduce((ring, hole) => {
    const [x = 0, y = 0] = hole;
    let nearest = { at: 0, squared: Number.POSITIVE_INFINITY };
    for (let at = 0; at < ring.length; at += 2) {
      const squared = ((ring[at] ?? 0) - x) ** 2 + ((ring[at + 1] ?? 0) - y) ** 2;
      if (squared < nearest.squared) nearest = { at, squared };
    }
    const { at } = nearest;
    return [...ring.slice(0, at + 2), ...hole, x, y, ...ring.slice(at)];
  }, outer);
}
