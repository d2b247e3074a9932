import { VpdError } from '../../errors.ts';
import type { Value } from '../../onnx/builder.ts';
import type { DeconvHeadConfig } from '../config.ts';
import { type Context, concat, crop, unary } from '../ops/context.ts';
import { conv, deconv } from '../ops/conv.ts';
import { pointwise } from '../ops/linear.ts';
import { groupNorm } from '../ops/norm.ts';
import { upsample2 } from '../ops/resize.ts';

/** PyTorch GroupNorm's default. */
const EPS = 1e-5;
/** Pixels per cell of the aggregated features. */
const CELL = 32;

/**
 * Builds VPD's depth decoder: the four features aggregated at H/32, cropped to the cells that the photo covers (VPD drops the last row and
 * column of a 480 px image padded to 512), three transposed convolutions, two bilinear stages, two convolutions at full size.
 * Returns [1,outputs,32·⌈rows/32⌉,32·⌈cols/32⌉].
 */
export function deconvHead(
  ctx: Context,
  features: readonly Value[],
  root: string,
  config: DeconvHeadConfig,
  rows: number,
  cols: number,
): Value {
  const [f0, f1, f2, f3] = features;
  if (!f0 || !f1 || !f2 || !f3) throw new VpdError('internal', `${root}: four features are needed.`);
  const relu = (value: Value): Value => unary(ctx, 'Relu', value);
  const norm = (value: Value, name: string): Value =>
    groupNorm(ctx, value, `${root}.${name}`, { groups: config.groups, eps: EPS });
  const halved = relu(norm(conv(ctx, f0, `${root}.layer1.0`, { stride: 2 }), 'layer1.1'));
  const aggregated = concat(
    ctx,
    [
      conv(ctx, halved, `${root}.layer1.3`, { stride: 2 }),
      conv(ctx, f1, `${root}.layer2.0`, { stride: 2 }),
      f2,
      upsample2(ctx, f3, 'nearest'),
    ],
    1,
  );
  let x = relu(norm(pointwise(ctx, aggregated, `${root}.out_layer.0`), 'out_layer.1'));
  x = crop(ctx, x, Math.ceil(rows / CELL), Math.ceil(cols / CELL));
  config.deconv.forEach((_, i) => {
    x = relu(deconv(ctx, x, `${root}.deconv_layers.${3 * i}`));
  });
  x = relu(conv(ctx, x, `${root}.conv_layers.0`));
  x = upsample2(ctx, upsample2(ctx, x, 'bilinear'), 'bilinear');
  return conv(ctx, relu(conv(ctx, x, `${root}.last_layer_depth.0`)), `${root}.last_layer_depth.2`);
}
