import { focalLength, unproject } from './camera.ts';

/** A depth map as points in space, one per sampled pixel, and triangles between neighbours. */
export interface Relief {
  /** Metres, x y z per vertex, in the axes of camera.ts. */
  readonly positions: Float32Array;
  /** Place on the photo per vertex, from its top left corner, 0…1, as glTF has it. */
  readonly uvs: Float32Array;
  /** Three vertices per triangle, counter-clockwise to the camera. */
  readonly indices: Uint32Array;
}

interface ReliefOptions {
  /** Horizontal field of view, degrees. */
  readonly fov: number;
  /** Surfaces seen at more than this angle from straight on, in degrees, are cut away; 90 keeps everything. */
  readonly edgeAngle: number;
  /** Every n-th pixel is taken so that no more vertices than this come out. */
  readonly maxVertices: number;
}

interface Grid {
  readonly columns: number;
  readonly rows: number;
  /** Pixels between samples. */
  readonly step: number;
}

/** The coarsest grid that is as fine as `maxVertices` allows. */
export function gridOf(width: number, height: number, maxVertices: number): Grid {
  let step = Math.max(1, Math.floor(Math.sqrt((width * height) / maxVertices)));
  for (; ; step++) {
    const [columns, rows] = [Math.ceil(width / step), Math.ceil(height / step)];
    if (columns * rows <= maxVertices || (columns === 1 && rows === 1)) return { columns, rows, step };
  }
}

/**
 * Where a surface would be seen almost edge-on: at a jump of depth, the network's smooth ramp between the two sides is such a surface,
 * and belongs to neither. An angle, unlike a ratio of depths, means the same at every resolution.
 * @returns 1 per sample of the grid with a neighbour (4) that lies too steeply behind or before it, or without a depth.
 */
export function steep(depth: Float32Array, columns: number, rows: number, focal: number, angle: number): Uint8Array {
  const out = new Uint8Array(depth.length);
  const limit = angle >= 90 ? Number.POSITIVE_INFINITY : Math.tan((angle * Math.PI) / 180);
  const compare = (i: number, j: number) => {
    const [a = 0, b = 0] = [depth[i], depth[j]];
    // One sample to the side is (mean depth / focal) metres.
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

/** Points and triangles of a depth map [height, width] in metres. Cut samples have no vertex. */
export function reliefOf(metres: Float32Array, width: number, height: number, options: ReliefOptions): Relief {
  const { columns, rows, step } = gridOf(width, height, options.maxVertices);
  const focal = focalLength(width, options.fov);
  const pixel = (column: number, row: number) => row * step * width + column * step;
  const depth = new Float32Array(columns * rows);
  for (let i = 0; i < depth.length; i++) depth[i] = metres[pixel(i % columns, Math.floor(i / columns))] ?? 0;
  const cut = steep(depth, columns, rows, focal / step, options.edgeAngle);

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

/** Two triangles per cell of the grid, where all three corners have a vertex. */
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

/** Colour of the photo (RGB, [height, width]) per vertex. */
export function reliefColours(uvs: Float32Array, rgb: Uint8Array, width: number, height: number): Uint8Array {
  const colours = new Uint8Array((uvs.length / 2) * 3);
  for (let i = 0; i < uvs.length / 2; i++) {
    const x = Math.min(width - 1, Math.floor((uvs[2 * i] ?? 0) * width));
    const y = Math.min(height - 1, Math.floor((uvs[2 * i + 1] ?? 0) * height));
    for (let c = 0; c < 3; c++) colours[3 * i + c] = rgb[3 * (y * width + x) + c] ?? 0;
  }
  return colours;
}
