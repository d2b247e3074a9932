import type { Value } from '../../onnx/builder.ts';
import type { Position } from '../config.ts';
import { type Context, constant } from './context.ts';

/** Returns x and y of every cell of a level (0: H/8, 1: H/16, …), relative to the input's centre: a constant [1,2,height,width]. */
export function place(ctx: Context, { unit }: Position, height: number, width: number, level = 0): Value {
  const at = (i: number, side: number): number => ((i + 0.5 - side / 2) * 2 ** level) / unit;
  const cells = height * width;
  const places = new Float32Array(2 * cells);
  for (let i = 0; i < cells; i++) {
    places[i] = at(i % width, width);
    places[cells + i] = at(Math.floor(i / width), height);
  }
  return constant(ctx, places, [1, 2, height, width]);
}
