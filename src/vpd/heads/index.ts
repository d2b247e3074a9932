import type { Value } from '../../onnx/builder.ts';
import type { HeadConfig } from '../config.ts';
import { type Context, crop } from '../ops/context.ts';
import { deconvHead } from './deconv.ts';
import { fpnHead } from './fpn.ts';
import { topDownHead } from './topdown.ts';

/** Sizes in pixels: the padded network input (height, width) and the photo in it (rows, cols). */
interface Frame {
  readonly height: number;
  readonly width: number;
  readonly rows: number;
  readonly cols: number;
}

/** Decodes features (with their attention maps already concatenated) to [1,outputs,rows,cols]. */
export function decode(ctx: Context, features: readonly Value[], root: string, head: HeadConfig, frame: Frame): Value {
  const { height, width, rows, cols } = frame;
  switch (head.kind) {
    case 'deconv':
      return crop(ctx, deconvHead(ctx, features, root, head, rows, cols), rows, cols);
    case 'topdown':
      return crop(ctx, topDownHead(ctx, features, root, head, height, width), rows, cols);
    case 'fpn':
      return crop(ctx, fpnHead(ctx, features, root, height, width), rows, cols);
  }
}
