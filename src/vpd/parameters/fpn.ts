import type { FpnHeadConfig } from '../config.ts';
import { type Emit, emitConv } from './parameter.ts';

/** Lists the parameters of mmsegmentation's FPN + FPNHead: scale head i upsamples i times, with max(1, i) convolutions. */
export function fpnParameters(head: FpnHeadConfig, root: string, features: readonly number[], emit: Emit): void {
  features.forEach((channels, i) => {
    emitConv(emit, `${root}.neck.lateral_convs.${i}.conv`, channels, head.channels, 1);
    emitConv(emit, `${root}.neck.fpn_convs.${i}.conv`, head.channels, head.channels);
  });
  features.forEach((_, i) => {
    for (let j = 0; j < Math.max(1, i); j++) {
      // mmsegmentation alternates convolutions and upsamplings in one Sequential, so the convolutions sit at even places.
      const path = `${root}.decode_head.scale_heads.${i}.${2 * j}.conv`;
      emitConv(emit, path, j === 0 ? head.channels : head.headChannels, head.headChannels);
    }
  });
  emitConv(emit, `${root}.decode_head.conv_seg`, head.headChannels, head.outputs, 1);
}
