import type { Value } from '../../onnx/builder.ts';
import type { Position } from '../config.ts';
import { type Context, constant } from './context.ts';

/** x and y of every cell of a level (0: H/8, 1: H/16, …) from the middle of the input: a constant [1,2,height,width]. */
export function place(ctx: Context, { unit }: Position, height: number, width: number, level = 0): Value {
  const at = (i: number, side: number): number => ((i + 0.5 - side / 2) * 2 ** level) / unit;
  const cells = Array.from({ length: height * width }, (_, i) => i);
  const x = cells.map((i) => at(i % width, width));
  const y = cells.map((i) => at(Math.floor(i / width), height));
  return constant(ctx, [...x, ...y], [1, 2, height, width]);
}
