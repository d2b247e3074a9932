import type { DeconvHeadConfig } from '../config.ts';
import { type Emit, emitConv, emitNorm } from './parameter.ts';

/** Lists the head's parameters for features of these channels, finest first, with their attention maps. */
export function deconvParameters(head: DeconvHeadConfig, root: string, features: readonly number[], emit: Emit): void {
  const [c0 = 0, c1 = 0, c2 = 0, c3 = 0] = features;
  emitConv(emit, `${root}.layer1.0`, c0, c0);
  emitNorm(emit, `${root}.layer1.1`, c0);
  emitConv(emit, `${root}.layer1.3`, c0, c0);
  emitConv(emit, `${root}.layer2.0`, c1, c1);
  emitConv(emit, `${root}.out_layer.0`, c0 + c1 + c2 + c3, head.aggregate, 1);
  emitNorm(emit, `${root}.out_layer.1`, head.aggregate);
  let channels = head.aggregate;
  head.deconv.forEach((to, i) => {
    emit(`${root}.deconv_layers.${3 * i}.weight`, [channels, to, 2, 2], 'deconv');
    emit(`${root}.deconv_layers.${3 * i}.bias`, [to], 'vector');
    channels = to;
  });
  emitConv(emit, `${root}.conv_layers.0`, channels, head.channels);
  emitConv(emit, `${root}.last_layer_depth.0`, head.channels, head.channels);
  emitConv(emit, `${root}.last_layer_depth.2`, head.channels, head.outputs);
}
