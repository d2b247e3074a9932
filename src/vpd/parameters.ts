import type {
  FpnHeadConfig,
  HeadConfig,
  TaskConfigs,
  TaskId,
  TextConfig,
  UnetConfig,
  VaeConfig,
  VpdConfig,
} from './config.ts';
import { TASK_IDS } from './config.ts';
import { featureChannels, unetLayout } from './layout.ts';

/**
 * The use of a parameter, which decides how it may be stored:
 * conv — k×k convolution [out,in,k,k]; linear — [out,in] or 1×1 convolution [out,in,1,1]; deconv — transposed convolution [in,out,2,2];
 * embedding — rows picked by id; vector — biases, norms, small tables (always f32).
 */
export type ParameterKind = 'conv' | 'linear' | 'deconv' | 'embedding' | 'vector';

export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly kind: ParameterKind;
  /** True for the few percent that the 4-bit scheme stores in 8 bits. */
  readonly delicate?: boolean;
}

type Emit = (name: string, shape: readonly number[], kind?: ParameterKind) => void;

const norm = (emit: Emit, name: string, channels: number): void => {
  emit(`${name}.weight`, [channels], 'vector');
  emit(`${name}.bias`, [channels], 'vector');
};
const conv = (emit: Emit, name: string, from: number, to: number, size = 3): void => {
  emit(`${name}.weight`, [to, from, size, size], size === 1 ? 'linear' : 'conv');
  emit(`${name}.bias`, [to], 'vector');
};
const linear = (emit: Emit, name: string, from: number, to: number, bias = true): void => {
  emit(`${name}.weight`, [to, from], 'linear');
  if (bias) emit(`${name}.bias`, [to], 'vector');
};

/** Lists the VAE encoder's parameters; `quant_conv` holds only the rows of the mode (the first half of the moments). */
function vaeParameters(config: VaeConfig, emit: Emit): void {
  const resBlock = (path: string, from: number, to: number): void => {
    norm(emit, `${path}.norm1`, from);
    conv(emit, `${path}.conv1`, from, to);
    norm(emit, `${path}.norm2`, to);
    conv(emit, `${path}.conv2`, to, to);
    if (from !== to) conv(emit, `${path}.nin_shortcut`, from, to, 1);
  };
  const root = 'vae.encoder';
  conv(emit, `${root}.conv_in`, 3 * config.patch ** 2, config.channels);
  let channels = config.channels;
  config.mult.forEach((mult, level) => {
    for (let i = 0; i < config.blocks; i++) {
      resBlock(`${root}.down.${level}.block.${i}`, channels, mult * config.channels);
      channels = mult * config.channels;
    }
    if (level < config.mult.length - 1) conv(emit, `${root}.down.${level}.downsample.conv`, channels, channels);
  });
  resBlock(`${root}.mid.block_1`, channels, channels);
  if (config.midAttention) {
    norm(emit, `${root}.mid.attn_1.norm`, channels);
    for (const part of ['q', 'k', 'v', 'proj_out']) conv(emit, `${root}.mid.attn_1.${part}`, channels, channels, 1);
  }
  resBlock(`${root}.mid.block_2`, channels, channels);
  norm(emit, `${root}.norm_out`, channels);
  conv(emit, `${root}.conv_out`, channels, 2 * config.latent);
  conv(emit, 'vae.quant_conv', 2 * config.latent, config.latent, 1);
}

/**
 * Lists the UNet's parameters, with the time embedding of t = 1 folded into `in_layers.2.bias`. Without `attends` every context is one
 * token, whose softmax is exactly 1: query, key and the norm before them have no effect and are not stored.
 */
function unetParameters(config: UnetConfig, attends: boolean, emit: Emit): void {
  const layout = unetLayout(config);
  for (const block of [...layout.input, layout.middle, ...layout.output]) {
    for (const module of block.modules) {
      const path = `unet.${module.path}`;
      switch (module.kind) {
        case 'conv':
          conv(emit, path, module.from, module.to);
          break;
        case 'down':
          conv(emit, `${path}.op`, module.channels, module.channels);
          break;
        case 'up':
          conv(emit, `${path}.conv`, module.channels, module.channels);
          break;
        case 'res':
          norm(emit, `${path}.in_layers.0`, module.from);
          conv(emit, `${path}.in_layers.2`, module.from, module.to);
          norm(emit, `${path}.out_layers.0`, module.to);
          conv(emit, `${path}.out_layers.3`, module.to, module.to);
          if (module.from !== module.to) conv(emit, `${path}.skip_connection`, module.from, module.to, 1);
          break;
        case 'transformer': {
          const width = module.channels;
          const inner = `${path}.transformer_blocks.0`;
          norm(emit, `${path}.norm`, width);
          conv(emit, `${path}.proj_in`, width, width, 1);
          if (config.position) emit(`${path}.place.weight`, [width, 2], 'vector');
          if (module.selfAttention) {
            norm(emit, `${inner}.norm1`, width);
            for (const part of ['to_q', 'to_k', 'to_v']) linear(emit, `${inner}.attn1.${part}`, width, width, false);
            linear(emit, `${inner}.attn1.to_out.0`, width, width);
          }
          if (attends) {
            norm(emit, `${inner}.norm2`, width);
            linear(emit, `${inner}.attn2.to_q`, width, width, false);
            linear(emit, `${inner}.attn2.to_k`, config.context, width, false);
          }
          linear(emit, `${inner}.attn2.to_v`, config.context, width, false);
          linear(emit, `${inner}.attn2.to_out.0`, width, width);
          norm(emit, `${inner}.norm3`, width);
          linear(emit, `${inner}.ff.net.0.proj`, width, 2 * config.ffMult * width);
          linear(emit, `${inner}.ff.net.2`, config.ffMult * width, width);
          conv(emit, `${path}.proj_out`, width, width, 1);
          break;
        }
      }
    }
  }
  if (config.eps) {
    norm(emit, 'unet.out.0', layout.last);
    conv(emit, 'unet.out.2', layout.last, config.latent);
  }
}

/** Rows of the token embedding of CLIP's own vocabulary. */
export const CLIP_VOCABULARY = 49_408;

function textParameters(config: TextConfig, emit: Emit): void {
  emit(
    'text.embeddings.token_embedding.weight',
    [config.vocabulary?.length ?? CLIP_VOCABULARY, config.width],
    'embedding',
  );
  emit('text.embeddings.position_embedding.weight', [config.maxTokens, config.width], 'vector');
  for (let i = 0; i < config.layers; i++) {
    const layer = `text.encoder.layers.${i}`;
    norm(emit, `${layer}.layer_norm1`, config.width);
    for (const part of ['q_proj', 'k_proj', 'v_proj', 'out_proj'])
      linear(emit, `${layer}.self_attn.${part}`, config.width, config.width);
    norm(emit, `${layer}.layer_norm2`, config.width);
    linear(emit, `${layer}.mlp.fc1`, config.width, config.mlp);
    linear(emit, `${layer}.mlp.fc2`, config.mlp, config.width);
  }
  norm(emit, 'text.final_layer_norm', config.width);
}

/** Lists a head's parameters, with every BatchNorm folded into its convolution. `maps[i]` = channels of the attention maps at level i. */
function headParameters(
  head: HeadConfig,
  root: string,
  features: readonly number[],
  maps: readonly number[],
  emit: Emit,
): void {
  const [c0 = 0, c1 = 0, c2 = 0, c3 = 0] = features.map((c, i) => c + (maps[i] ?? 0));
  switch (head.kind) {
    case 'deconv': {
      conv(emit, `${root}.layer1.0`, c0, c0);
      norm(emit, `${root}.layer1.1`, c0);
      conv(emit, `${root}.layer1.3`, c0, c0);
      conv(emit, `${root}.layer2.0`, c1, c1);
      conv(emit, `${root}.out_layer.0`, c0 + c1 + c2 + c3, head.aggregate, 1);
      norm(emit, `${root}.out_layer.1`, head.aggregate);
      let channels = head.aggregate;
      head.deconv.forEach((to, i) => {
        emit(`${root}.deconv_layers.${3 * i}.weight`, [channels, to, 2, 2], 'deconv');
        emit(`${root}.deconv_layers.${3 * i}.bias`, [to], 'vector');
        channels = to;
      });
      conv(emit, `${root}.conv_layers.0`, channels, head.channels);
      conv(emit, `${root}.last_layer_depth.0`, head.channels, head.channels);
      conv(emit, `${root}.last_layer_depth.2`, head.channels, head.outputs);
      break;
    }
    case 'topdown': {
      const steps = [
        ['4', c3 + c2],
        ['3', head.hidden + c1],
        ['2', head.hidden + c0],
      ] as const;
      const positionChannels = head.position ? 2 : 0;
      for (const [step, from] of steps) {
        conv(emit, `${root}.conv1_${step}`, from + positionChannels, head.hidden);
        conv(emit, `${root}.conv2_${step}`, head.hidden, head.hidden);
      }
      let channels = head.hidden;
      head.refine.forEach((to, i) => {
        conv(emit, `${root}.refine.${i}.conv`, channels, to);
        channels = to;
      });
      conv(emit, `${root}.conv1_1`, channels, head.outputs, 1);
      break;
    }
    case 'fpn':
      fpnParameters(head, root, [c0, c1, c2, c3], emit);
      break;
  }
}

/** Lists the parameters of mmsegmentation's FPN + FPNHead: scale head i upsamples i times, with max(1, i) convolutions. */
function fpnParameters(head: FpnHeadConfig, root: string, features: readonly number[], emit: Emit): void {
  features.forEach((channels, i) => {
    conv(emit, `${root}.neck.lateral_convs.${i}.conv`, channels, head.channels, 1);
    conv(emit, `${root}.neck.fpn_convs.${i}.conv`, head.channels, head.channels);
  });
  features.forEach((_, i) => {
    for (let j = 0; j < Math.max(1, i); j++) {
      // mmsegmentation alternates convolutions and upsamplings in one Sequential, so the convolutions sit at even places.
      const path = `${root}.decode_head.scale_heads.${i}.${2 * j}.conv`;
      conv(emit, path, j === 0 ? head.channels : head.headChannels, head.headChannels);
    }
  });
  conv(emit, `${root}.decode_head.conv_seg`, head.headChannels, head.outputs, 1);
}

/**
 * Returns a test for parameters that the 4-bit scheme stores in 8 bits: the autoencoder, whose latent every task uses; the UNet's first and
 * last blocks, at its finest level; and all heads except the referring one with its 39 M weights. They are 8 % of Stable Diffusion's
 * weights, and there 4 bits lose most accuracy for the bytes that they save (models/README.md).
 */
function delicateNames(config: VpdConfig): (name: string) => boolean {
  const { input, output } = unetLayout(config.unet);
  const ends = [...input.slice(0, config.unet.blocks + 1), ...output.slice(-config.unet.blocks - 1)];
  const heads = TASK_IDS.filter((task) => config.tasks[task]?.head.kind !== 'topdown');
  const prefixes = [
    'vae.',
    'unet.out.',
    ...ends.map(({ path }) => `unet.${path}.`),
    ...heads.map((id) => `${id}.head.`),
  ];
  return (name) => prefixes.some((prefix) => name.startsWith(prefix));
}

/** Returns the number of tokens of a task's context: 1 scene, the text's tokens, or one per class. */
export function contextTokens(task: NonNullable<TaskConfigs[TaskId]>): number {
  switch (task.context) {
    case 'scene':
      return 1;
    case 'text':
      return task.tokens;
    case 'classes':
      return task.classes.length;
  }
}

/** True if some context of this model has more than one token, so that queries and keys have an effect. */
export function attends(config: VpdConfig): boolean {
  return Boolean(config.unet.eps || config.tasks.refer || config.tasks.segment);
}

/**
 * Lists every parameter of a model as a pack stores it, in the order of the graph, with time embedding (t = 1) and BatchNorm folded.
 * The converter must write exactly these parameters, and the graphs read exactly these.
 */
export function parametersOf(config: VpdConfig): readonly Parameter[] {
  const list: Parameter[] = [];
  const delicate = delicateNames(config);
  const emit: Emit = (name, shape, kind = 'vector') => list.push({ name, shape, kind, delicate: delicate(name) });
  vaeParameters(config.vae, emit);
  unetParameters(config.unet, attends(config), emit);
  if (config.text) textParameters(config.text, emit);
  for (const task of TASK_IDS) {
    const taskConfig = config.tasks[task];
    if (!taskConfig) continue;
    linear(emit, `${task}.text_adapter.fc.0`, config.unet.context, config.unet.context);
    linear(emit, `${task}.text_adapter.fc.2`, config.unet.context, config.unet.context);
    emit(`${task}.gamma`, [config.unet.context]);
    const rows =
      'scenes' in taskConfig ? taskConfig.scenes.length : 'classes' in taskConfig ? taskConfig.classes.length : 0;
    if (rows > 0) emit(`${task}.class_embeddings`, [rows, config.unet.context]);
    const tokens = contextTokens(taskConfig);
    const maps = config.unet.mult.map((_, level) => (taskConfig.maps.includes(level) ? tokens : 0));
    headParameters(taskConfig.head, `${task}.head`, featureChannels(config.unet), maps, emit);
  }
  return list;
}
