/** Edit of a pixel by the brush. */
export const UNTOUCHED = 0;
export const ADDED = 1;
export const ERASED = 2;

/** A brush stroke in pixels of the mask: a disc of `radius` drawn along the points [x0, y0, x1, y1, …]. */
export interface Stroke {
  readonly erase: boolean;
  readonly radius: number;
  readonly points: readonly number[];
}

/**
 * Draws a stroke into `edits` [height, width], from its `first` point on: pixels whose centre is within `radius` of the line, and the
 * pixel under each point, so that even the smallest brush draws something.
 */
export function drawStroke(edits: Uint8Array, width: number, height: number, stroke: Stroke, first = 0): void {
  const { points, radius } = stroke;
  const value = stroke.erase ? ERASED : ADDED;
  const at = (i: number) => [points[2 * i] ?? 0, points[2 * i + 1] ?? 0] as const;
  for (let i = first; i < points.length / 2; i++) {
    const [bx, by] = at(i);
    const [ax, ay] = i > 0 ? at(i - 1) : [bx, by];
    const [px, py] = [Math.floor(bx), Math.floor(by)];
    if (px >= 0 && py >= 0 && px < width && py < height) edits[py * width + px] = value;
    drawPiece(edits, width, height, ax, ay, bx, by, radius, value);
  }
}

/** Sets all pixels whose centre is within `radius` of the line segment a–b. */
function drawPiece(
  edits: Uint8Array,
  width: number,
  height: number,
  ax: number,
  ay: number,
  bx: number,
  by: number,
  radius: number,
  value: number,
): void {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const left = Math.max(0, Math.floor(Math.min(ax, bx) - radius));
  const right = Math.min(width - 1, Math.ceil(Math.max(ax, bx) + radius));
  const top = Math.max(0, Math.floor(Math.min(ay, by) - radius));
  const bottom = Math.min(height - 1, Math.ceil(Math.max(ay, by) + radius));
  for (let y = top; y <= bottom; y++)
    for (let x = left; x <= right; x++) {
      const [cx, cy] = [x + 0.5 - ax, y + 0.5 - ay];
      const along = length === 0 ? 0 : Math.min(1, Math.max(0, (cx * dx + cy * dy) / length));
      if ((cx - along * dx) ** 2 + (cy - along * dy) ** 2 <= radius * radius) edits[y * width + x] = value;
    }
}
