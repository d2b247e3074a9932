import type { UnetConfig } from '../config.ts';
import { unetLayout } from '../layout.ts';
import { type Emit, emitConv, emitLinear, emitNorm } from './parameter.ts';

/**
 * Lists the UNet's parameters, with the time embedding of t = 1 folded into `in_layers.2.bias`. Without `attends` every context is one
 * token, whose softmax is exactly 1: query, key and the norm before them have no effect and are not stored.
 */
export function unetParameters(config: UnetConfig, attends: boolean, emit: Emit): void {
  const layout = unetLayout(config);
  for (const block of [...layout.input, layout.middle, ...layout.output]) {
    for (const module of block.modules) {
      const path = `unet.${module.path}`;
      switch (module.kind) {
        case 'conv':
          emitConv(emit, path, module.from, module.to);
          break;
        case 'down':
          emitConv(emit, `${path}.op`, module.channels, module.channels);
          break;
        case 'up':
          emitConv(emit, `${path}.conv`, module.channels, module.channels);
          break;
        case 'res':
          emitNorm(emit, `${path}.in_layers.0`, module.from);
          emitConv(emit, `${path}.in_layers.2`, module.from, module.to);
          emitNorm(emit, `${path}.out_layers.0`, module.to);
          emitConv(emit, `${path}.out_layers.3`, module.to, module.to);
          if (module.from !== module.to) emitConv(emit, `${path}.skip_connection`, module.from, module.to, 1);
          break;
        case 'transformer': {
          const width = module.channels;
          const inner = `${path}.transformer_blocks.0`;
          emitNorm(emit, `${path}.norm`, width);
          emitConv(emit, `${path}.proj_in`, width, width, 1);
          if (config.position) emit(`${path}.place.weight`, [width, 2], 'vector');
          if (module.selfAttention) {
            emitNorm(emit, `${inner}.norm1`, width);
            for (const part of ['to_q', 'to_k', 'to_v'])
              emitLinear(emit, `${inner}.attn1.${part}`, width, width, false);
            emitLinear(emit, `${inner}.attn1.to_out.0`, width, width);
          }
          if (attends) {
            emitNorm(emit, `${inner}.norm2`, width);
            emitLinear(emit, `${inner}.attn2.to_q`, width, width, false);
            emitLinear(emit, `${inner}.attn2.to_k`, config.context, width, false);
          }
          emitLinear(emit, `${inner}.attn2.to_v`, config.context, width, false);
          emitLinear(emit, `${inner}.attn2.to_out.0`, width, width);
          emitNorm(emit, `${inner}.norm3`, width);
          emitLinear(emit, `${inner}.ff.net.0.proj`, width, 2 * config.ffMult * width);
          emitLinear(emit, `${inner}.ff.net.2`, config.ffMult * width, width);
          emitConv(emit, `${path}.proj_out`, width, width, 1);
          break;
        }
      }
    }
  }
  if (config.eps) {
    emitNorm(emit, 'unet.out.0', layout.last);
    emitConv(emit, 'unet.out.2', layout.last, config.latent);
  }
}
