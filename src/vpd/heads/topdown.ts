import { VpdError } from '../../errors.ts';
import type { Value } from '../../onnx/builder.ts';
import type { TopDownHeadConfig } from '../config.ts';
import { type Context, concat, unary } from '../ops/context.ts';
import { conv } from '../ops/conv.ts';
import { pointwise } from '../ops/linear.ts';
import { positionPlanes } from '../ops/positions.ts';
import { resize, upsample2 } from '../ops/resize.ts';

/**
 * Builds VPD's referring decoder (`SimpleDecoding`): from the coarsest feature up, bilinear with align_corners, concat, two convolutions
 * per level; optional stages above f0. Returns logits [1,outputs,height,width].
 */
export function topDownHead(
  ctx: Context,
  features: readonly Value[],
  root: string,
  config: TopDownHeadConfig,
  height: number,
  width: number,
): Value {
  const relu = (value: Value): Value => unary(ctx, 'Relu', value);
  const [coarsest, ...finer] = [...features].reverse();
  if (!coarsest) throw new VpdError('internal', `${root}: no features to decode.`);
  let x = coarsest;
  finer.forEach((feature, i) => {
    const step = 4 - i;
    const [, , h = 1, w = 1] = feature.dims;
    const inputs = [resize(ctx, x, h, w, 'bilinear-align-corners'), feature];
    if (config.position) inputs.push(positionPlanes(ctx, config.position, h, w, finer.length - 1 - i));
    x = concat(ctx, inputs, 1);
    x = relu(conv(ctx, x, `${root}.conv1_${step}`));
    x = relu(conv(ctx, x, `${root}.conv2_${step}`));
  });
  config.refine.forEach((_, i) => {
    x = relu(conv(ctx, upsample2(ctx, x, 'bilinear'), `${root}.refine.${i}.conv`));
  });
  return resize(ctx, pointwise(ctx, x, `${root}.conv1_1`), height, width, 'bilinear-align-corners');
}
