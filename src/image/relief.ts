import { focalLength, unproject } from './camera.ts';

/** A depth map as a triangle mesh with one vertex per sampled pixel. */
export interface Relief {
  /** x, y, z per vertex in metres, in the axes of camera.ts. */
  readonly positions: Float32Array;
  /** Position on the photo per vertex, 0…1 from its top left corner, as in glTF. */
  readonly uvs: Float32Array;
  /** Three vertices per triangle, counter-clockwise as seen from the camera. */
  readonly indices: Uint32Array;
}

interface ReliefOptions {
  /** Horizontal field of view, degrees. */
  readonly fov: number;
  /** Largest angle, in degrees, between a surface and the plane facing the camera; steeper surfaces are cut away. 90 keeps everything. */
  readonly edgeAngle: number;
  /** Limit of the number of vertices; pixels are sampled with a step that keeps to it. */
  readonly maxVertices: number;
}

interface Grid {
  readonly columns: number;
  readonly rows: number;
  /** Pixels between samples. */
  readonly step: number;
}

/** The finest grid with at most `maxVertices` samples. */
export function gridOf(width: number, height: number, maxVertices: number): Grid {
  let step = Math.max(1, Math.floor(Math.sqrt((width * height) / maxVertices)));
  for (; ; step++) {
    const [columns, rows] = [Math.ceil(width / step), Math.ceil(height / step)];
    if (columns * rows <= maxVertices || (columns === 1 && rows === 1)) return { columns, rows, step };
  }
}

/**
 * Finds surfaces that are seen almost edge-on. At a depth jump, the network's smooth ramp between the two sides is such a surface and
 * belongs to neither. Unlike a ratio of depths, an angle has the same meaning at every resolution.
 * @param focal focal length in samples of the grid
 * @param angle in degrees, see `ReliefOptions.edgeAngle`
 * @returns 1 for each sample that is too steep towards one of its 4 neighbours or has no depth
 */
export function steepSamples(
  depth: Float32Array,
  columns: number,
  rows: number,
  focal: number,
  angle: number,
): Uint8Array {
  const out = new Uint8Array(depth.length);
  const limit = angle >= 90 ? Number.POSITIVE_INFINITY : Math.tan((angle * Math.PI) / 180);
  const compare = (i: number, j: number) => {
    const [a = 0, b = 0] = [depth[i], depth[j]];
    // The distance to the next sample is (mean depth / focal) metres.
    if (Math.abs(a - b) * focal > limit * 0.5 * (a + b)) {
      out[i] = 1;
      out[j] = 1;
    }
  };
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++) {
      const i = y * columns + x;
      if (!((depth[i] ?? 0) > 0 && Number.isFinite(depth[i]))) out[i] = 1;
      if (x > 0) compare(i - 1, i);
      if (y > 0) compare(i - columns, i);
    }
  return out;
}

/** Triangle mesh of a depth map [height, width] in metres. Samples that are cut away have no vertex. */
export function reliefOf(metres: Float32Array, width: number, height: number, options: ReliefOptions): Relief {
  const { columns, rows, step } = gridOf(width, height, options.maxVertices);
  const focal = focalLength(width, options.fov);
  const pixel = (column: number, row: number) => row * step * width + column * step;
  const depth = new Float32Array(columns * rows);
  for (let i = 0; i < depth.length; i++) depth[i] = metres[pixel(i % columns, Math.floor(i / columns))] ?? 0;
  const cut = steepSamples(depth, columns, rows, focal / step, options.edgeAngle);

  const kept = cut.reduce((count, flag) => count + 1 - flag, 0);
  const vertex = new Int32Array(depth.length).fill(-1);
  const positions = new Float32Array(3 * kept);
  const uvs = new Float32Array(2 * kept);
  let next = 0;
  for (let i = 0; i < depth.length; i++) {
    if (cut[i]) continue;
    const [x, y] = [(i % columns) * step, Math.floor(i / columns) * step];
    positions.set(unproject(x, y, depth[i] ?? 0, { width, height }, focal), 3 * next);
    uvs.set([(x + 0.5) / width, (y + 0.5) / height], 2 * next);
    vertex[i] = next++;
  }
  return { positions, uvs, indices: triangles(vertex, columns, rows) };
}

/** Two triangles per cell of the grid; those with a corner without a vertex are left out. */
function triangles(vertex: Int32Array, columns: number, rows: number): Uint32Array {
  const indices = new Uint32Array(6 * Math.max(0, columns - 1) * Math.max(0, rows - 1));
  let used = 0;
  const add = (a: number, b: number, c: number) => {
    if (a < 0 || b < 0 || c < 0) return;
    indices[used++] = a;
    indices[used++] = b;
    indices[used++] = c;
  };
  for (let y = 0; y + 1 < rows; y++)
    for (let x = 0; x + 1 < columns; x++) {
      const i = y * columns + x;
      const [topLeft = -1, topRight = -1] = [vertex[i], vertex[i + 1]];
      const [bottomLeft = -1, bottomRight = -1] = [vertex[i + columns], vertex[i + columns + 1]];
      add(topLeft, bottomLeft, topRight);
      add(topRight, bottomLeft, bottomRight);
    }
  return indices.slice(0, used);
}

/** Colour per vertex (RGB) from the photo [height, width, 3]. */
export function reliefColours(uvs: Float32Array, rgb: Uint8Array, width: number, height: number): Uint8Array {
  const colours = new Uint8Array((uvs.length / 2) * 3);
  for (let i = 0; i < uvs.length / 2; i++) {
    const x = Math.min(width - 1, Math.floor((uvs[2 * i] ?? 0) * width));
    const y = Math.min(height - 1, Math.floor((uvs[2 * i + 1] ?? 0) * height));
    for (let c = 0; c < 3; c++) colours[3 * i + c] = rgb[3 * (y * width + x) + c] ?? 0;
  }
  return colours;
}
