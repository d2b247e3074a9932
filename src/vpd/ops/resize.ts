import type { Value } from '../../onnx/builder.ts';
import type { Context } from './context.ts';

/** Sampling modes of PyTorch's F.interpolate. */
type Interpolation = 'nearest' | 'bilinear' | 'bilinear-align-corners';

/** Resizes NCHW `x` to height × width as F.interpolate does. */
export function resize(ctx: Context, x: Value, height: number, width: number, how: Interpolation): Value {
  const [n = 1, c = 1, h = 1, w = 1] = x.dims;
  if (h === height && w === width) return x;
  const attributes =
    how === 'nearest'
      ? { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }
      : { mode: 'linear', coordinate_transformation_mode: how === 'bilinear' ? 'half_pixel' : 'align_corners' };
  const dims = [n, c, height, width];
  return ctx.graph.node('Resize', [x, undefined, undefined, ctx.graph.int64(dims)], { dims, attributes });
}

/** Doubles both sides of NCHW `x`. */
export function upsample2(ctx: Context, x: Value, how: Interpolation): Value {
  const [, , h = 1, w = 1] = x.dims;
  return resize(ctx, x, h * 2, w * 2, how);
}
