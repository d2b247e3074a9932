import type { Value } from '../../onnx/builder.ts';
import type { Position } from '../config.ts';
import { type Context, constant } from './context.ts';

/** Returns the x and y of every cell of a level (0: H/8, 1: H/16, …) relative to the input's centre, as a constant [1,2,height,width]. */
export function positionPlanes(ctx: Context, { unit }: Position, height: number, width: number, level = 0): Value {
  const at = (i: number, side: number): number => ((i + 0.5 - side / 2) * 2 ** level) / unit;
  const cells = height * width;
  const positions = new Float32Array(2 * cells);
  for (let i = 0; i < cells; i++) {
    positions[i] = at(i % width, width);
    positions[cells + i] = at(Math.floor(i / width), height);
  }
  return constant(ctx, positions, [1, 2, height, width]);
}
