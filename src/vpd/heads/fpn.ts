import { VpdError } from '../../errors.ts';
import type { Value } from '../../onnx/builder.ts';
import { binary, type Context, unary } from '../ops/context.ts';
import { conv } from '../ops/conv.ts';
import { pointwise } from '../ops/linear.ts';
import { resize, upsample2 } from '../ops/resize.ts';

/**
 * Builds VPD's semantic decoder: mmsegmentation's FPN (1×1 laterals, nearest top-down, 3×3) and FPNHead (each level convolved and
 * upsampled to the finest, summed, classified). Returns logits [1,outputs,height,width].
 */
export function fpnHead(ctx: Context, features: readonly Value[], root: string, height: number, width: number): Value {
  const laterals = features.map((feature, i) => pointwise(ctx, feature, `${root}.neck.lateral_convs.${i}.conv`));
  const merged: Value[] = [];
  for (const lateral of [...laterals].reverse()) {
    const above = merged[0];
    const [, , h = 1, w = 1] = lateral.dims;
    merged.unshift(above ? binary(ctx, 'Add', lateral, resize(ctx, above, h, w, 'nearest')) : lateral);
  }
  const scaled = merged.map((level, i) => {
    let x = conv(ctx, level, `${root}.neck.fpn_convs.${i}.conv`);
    for (let j = 0; j < Math.max(1, i); j++) {
      x = unary(ctx, 'Relu', conv(ctx, x, `${root}.decode_head.scale_heads.${i}.${2 * j}.conv`));
      if (i > 0) x = upsample2(ctx, x, 'bilinear');
    }
    return x;
  });
  const [finest, ...rest] = scaled;
  if (!finest) throw new VpdError('internal', `${root}: no features to decode.`);
  const [, , h = 1, w = 1] = finest.dims;
  const sum = rest.reduce((total, level) => binary(ctx, 'Add', total, resize(ctx, level, h, w, 'bilinear')), finest);
  return resize(ctx, pointwise(ctx, sum, `${root}.decode_head.conv_seg`), height, width, 'bilinear');
}
