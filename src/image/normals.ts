/** A neighbour's depth, and the change of depth per pixel to the right or downwards. */
interface Side {
  readonly depth: number;
  readonly slope: number;
}

/**
 * Surface normals of a depth map, unit length, three per pixel, in the axes of camera.ts (x right, y up, z to the viewer).
 *
 * Uses, in each direction, the neighbour with the closer depth, so that a normal next to a depth jump belongs to its own surface and not
 * to the step between two. On a plane the result is exact: both tangents are chords of it.
 * @param metres depth [height, width] along the optical axis
 * @param focal focal length in pixels
 */
export function normalsOf(metres: Float32Array, width: number, height: number, focal: number): Float32Array {
  const normals = new Float32Array(metres.length * 3);
  const at = (x: number, y: number) => metres[y * width + x] ?? 0;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const z = at(x, y);
      const across = nearer(z, x > 0 ? at(x - 1, y) : undefined, x < width - 1 ? at(x + 1, y) : undefined);
      const along = nearer(z, y > 0 ? at(x, y - 1) : undefined, y < height - 1 ? at(x, y + 1) : undefined);
      const u = x + 0.5 - width / 2;
      const v = height / 2 - y - 0.5;
      // Cross product, times f², of the tangent to the right (za + u·sa, v·sa, −f·sa)/f and upwards (−u·sb, zb − v·sb, f·sb)/f.
      const nx = focal * across.slope * along.depth;
      const ny = 0 - focal * along.slope * across.depth;
      const nz = across.depth * (along.depth - v * along.slope) + u * across.slope * along.depth;
      const length = Math.hypot(nx, ny, nz);
      const out = 3 * (y * width + x);
      const known = length > 0 && Number.isFinite(length);
      normals[out] = known ? nx / length : 0;
      normals[out + 1] = known ? ny / length : 0;
      normals[out + 2] = known ? nz / length : 1;
    }
  return normals;
}

/** Returns the side with the smaller slope; a flat one if there are no neighbours. */
function nearer(z: number, before: number | undefined, after: number | undefined): Side {
  const back = before === undefined ? undefined : { depth: before, slope: z - before };
  const front = after === undefined ? undefined : { depth: after, slope: after - z };
  if (!back || !front) return back ?? front ?? { depth: z, slope: 0 };
  return Math.abs(back.slope) < Math.abs(front.slope) ? back : front;
}

/** Converts normals to RGB: −1…1 to 0…255 per axis, as in normal maps of glTF and OpenGL. A wall facing the camera is 128, 128, 255. */
export function normalColours(normals: Float32Array): Uint8Array {
  const colours = new Uint8Array(normals.length);
  // Not `Uint8Array.from`, as in `threshold`.
  for (let i = 0; i < colours.length; i++) colours[i] = Math.round(127.5 + 127.5 * (normals[i] ?? 0));
  return colours;
}
