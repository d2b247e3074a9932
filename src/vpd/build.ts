import { VpdError } from '../errors.ts';
import { GraphBuilder, type Value } from '../onnx/builder.ts';
import { RoundingBuilder } from '../onnx/rounding-builder.ts';
import { textEncoder } from './clip.ts';
import type { TaskConfigs, TaskId, VpdConfig } from './config.ts';
import { attends, contextTokens } from './config.ts';
import { classTokens, sceneToken, textAdapter, textTokens } from './context.ts';
import {
  type BuiltGraph,
  type GraphPort,
  type GraphSpec,
  type Lowering,
  networkName,
  type StoredTensor,
  type WeightIndex,
} from './graph.ts';
import { decode } from './heads/index.ts';
import { featureChannels } from './layout.ts';
import { binary, type Context, cast, concat, constant, reshape, unary } from './ops/context.ts';
import { unet } from './unet.ts';
import { vaeEncoder } from './vae.ts';

/** Pixels per latent cell. */
export const LATENT_CELL = 8;

interface BuildOptions {
  /** Returns the bytes of a tensor, which are then stored in the model itself, for a model without external files. */
  readonly embed?: (tensor: StoredTensor) => Uint8Array;
}

/** Throws bad-request for a size whose latent cannot be halved evenly at every level. */
function assertLegalSize(config: VpdConfig, height: number, width: number): void {
  const { multiple } = config.working;
  const legal = (side: number): boolean => Number.isInteger(side) && side > 0 && side % multiple === 0;
  const nearest = (side: number): number => Math.max(multiple, Math.round(side / multiple) * multiple);
  if (!legal(height) || !legal(width))
    throw new VpdError(
      'bad-request',
      `The network takes sides that are multiples of ${multiple} px, not ${width}×${height}; the nearest legal size is ${nearest(width)}×${nearest(height)}.`,
    );
}

function latentInput(
  ctx: Context,
  config: VpdConfig,
  spec: { readonly height: number; readonly width: number },
): Value {
  assertLegalSize(config, spec.height, spec.width);
  const dims = [1, config.unet.latent, spec.height / LATENT_CELL, spec.width / LATENT_CELL];
  return cast(ctx, ctx.graph.input('latent', 'float32', dims), ctx.float);
}

/** Negates a value. Negating before and after a reshape changes nothing but is not optimised away, so the output comes from a kernel. */
const negated = (ctx: Context, value: Value): Value => ctx.graph.node('Neg', [value], { dims: value.dims });

function output(ctx: Context, value: Value, name: string, dims?: readonly number[]): void {
  const float = cast(ctx, value, 'float32');
  if (!ctx.lowering.captured || !dims) ctx.graph.output(dims ? reshape(ctx, float, dims) : float, name);
  else ctx.graph.output(negated(ctx, reshape(ctx, negated(ctx, float), dims)), name);
}

function taskContext(ctx: Context, config: VpdConfig, task: TaskId): Value {
  switch (task) {
    case 'depth':
      return textAdapter(ctx, sceneToken(ctx, ctx.graph.input('scene', 'int32', [1]), task), task);
    case 'segment':
      return textAdapter(ctx, classTokens(ctx, task), task);
    case 'refer': {
      const tokens = config.tasks.refer?.tokens ?? 0;
      const hidden = ctx.graph.input('hidden', 'float32', [tokens, config.unet.context]);
      return textAdapter(ctx, textTokens(ctx, hidden), task);
    }
  }
}

function taskOf(config: VpdConfig, id: TaskId): NonNullable<TaskConfigs[TaskId]> {
  const task = config.tasks[id];
  if (!task)
    throw new VpdError(
      'unsupported',
      `The pack “${config.name}” has no ${id} head; it has ${Object.keys(config.tasks).join(', ') || 'none'}. Open a pack that has one.`,
    );
  return task;
}

/** Adds the head on features and maps (by level), and the task's output: depth in metres, or logits. */
function addHead(
  ctx: Context,
  config: VpdConfig,
  spec: GraphSpec & { graph: 'task' | 'head' },
  features: readonly Value[],
  maps: ReadonlyMap<number, Value>,
): void {
  const task = taskOf(config, spec.task);
  const { rows, cols } = spec;
  const guided = features.map((feature, level) => {
    const map = maps.get(level);
    return map ? concat(ctx, [feature, map], 1) : feature;
  });
  const decoded = decode(ctx, guided, `${spec.task}.head`, task.head, spec);
  if ('maxDepth' in task) {
    const metres = binary(
      ctx,
      'Mul',
      unary(ctx, 'Sigmoid', cast(ctx, decoded, 'float32')),
      ctx.graph.float32([task.maxDepth], []),
    );
    output(ctx, metres, 'depth', [rows, cols]);
  } else output(ctx, decoded, 'logits', [task.head.outputs, rows, cols]);
}

function buildHead(ctx: Context, config: VpdConfig, spec: GraphSpec & { graph: 'head' }): void {
  const task = taskOf(config, spec.task);
  assertLegalSize(config, spec.height, spec.width);
  const [h, w] = [spec.height / LATENT_CELL, spec.width / LATENT_CELL];
  const features = featureChannels(config.unet).map((channels, level) =>
    cast(ctx, ctx.graph.input(`feature${level}`, 'float32', [1, channels, h >> level, w >> level]), ctx.float),
  );
  const maps = new Map<number, Value>();
  for (const level of task.maps) {
    const dims = [contextTokens(task), h >> level, w >> level];
    const map = cast(ctx, ctx.graph.input(`maps${level}`, 'float32', dims), ctx.float);
    maps.set(level, reshape(ctx, map, [1, ...dims]));
  }
  addHead(ctx, config, spec, features, maps);
}

function buildTask(ctx: Context, config: VpdConfig, spec: GraphSpec & { graph: 'task' }): void {
  const task = taskOf(config, spec.task);
  const wants = spec.outputs ?? [];
  const latent = latentInput(ctx, config, spec);
  const context = taskContext(ctx, config, spec.task);
  const rawMaps = wants.includes('rawMaps');
  const {
    features,
    maps,
    rawMaps: raws,
  } = unet(ctx, latent, context, config.unet, { maps: task.maps, rawMaps, eps: false });
  addHead(ctx, config, spec, features, maps);
  if (wants.includes('maps')) for (const [level, map] of maps) output(ctx, map, `maps${level}`, map.dims.slice(1));
  if (wants.includes('features'))
    features.forEach((feature, i) => {
      output(ctx, feature, `feature${i}`);
    });
  for (const [path, map] of raws) output(ctx, map, `attention.${path}`);
}

/** Uses the inputs that the UNet was trained with: the referring task's adapted text, else the text encoder's output; scaled latents. */
function buildAttention(ctx: Context, config: VpdConfig, spec: GraphSpec & { graph: 'attention' }): void {
  if (!attends(config))
    throw new VpdError(
      'unsupported',
      `The pack “${config.name}” was made for contexts of one token, so it has no attention maps of words. Open a pack that reads prompts.`,
    );
  const { latentScale } = config.unet;
  const given = latentInput(ctx, config, spec);
  const latent = latentScale === undefined ? given : binary(ctx, 'Mul', given, constant(ctx, [latentScale]));
  const hidden = textTokens(ctx, ctx.graph.input('hidden', 'float32', [spec.tokens, config.unet.context]));
  const context = config.tasks.refer ? textAdapter(ctx, hidden, 'refer') : hidden;
  const wants = { maps: spec.levels, selfMaps: spec.selfLevels, rawMaps: spec.rawMaps, eps: false };
  const { maps, selfMaps, rawMaps } = unet(ctx, latent, context, config.unet, wants);
  for (const [level, map] of maps) output(ctx, map, `maps${level}`, map.dims.slice(1));
  for (const [level, map] of selfMaps) output(ctx, map, `self${level}`);
  for (const [path, map] of rawMaps) output(ctx, map, `attention.${path}`);
}

function buildEps(ctx: Context, config: VpdConfig, spec: GraphSpec & { graph: 'eps' }): void {
  if (!config.unet.eps)
    throw new VpdError(
      'unsupported',
      `The pack “${config.name}” has no eps output: VPD checkpoints leave it out. Open a Stable Diffusion backbone.`,
    );
  const latent = latentInput(ctx, config, spec);
  const hidden = textTokens(ctx, ctx.graph.input('hidden', 'float32', [spec.tokens, config.unet.context]));
  const { eps } = unet(ctx, latent, hidden, config.unet, { maps: [], rawMaps: false, eps: true });
  if (eps) output(ctx, eps, 'eps');
}

function build(ctx: Context, config: VpdConfig, spec: GraphSpec): void {
  switch (spec.graph) {
    case 'vae-encoder': {
      assertLegalSize(config, spec.height, spec.width);
      const image = ctx.graph.input('image', 'float32', [1, 3, spec.height, spec.width]);
      output(ctx, vaeEncoder(ctx, cast(ctx, image, ctx.float), config.vae), 'latent');
      break;
    }
    case 'text-encoder': {
      if (!config.text)
        throw new VpdError(
          'missing',
          `The pack “${config.name}” has no text encoder. Convert it together with a Stable Diffusion checkpoint.`,
        );
      output(ctx, textEncoder(ctx, ctx.graph.input('ids', 'int32', [spec.tokens]), config.text), 'hidden');
      break;
    }
    case 'task':
      buildTask(ctx, config, spec);
      break;
    case 'head':
      buildHead(ctx, config, spec);
      break;
    case 'attention':
      buildAttention(ctx, config, spec);
      break;
    case 'eps':
      buildEps(ctx, config, spec);
      break;
  }
}

/**
 * Builds one graph of a model for a device: an ONNX model without weights, whose initializers point into the pack's files.
 * @throws VpdError bad-request for an illegal size, unsupported or missing where the pack lacks the part
 */
export function buildGraph(
  config: VpdConfig,
  weights: WeightIndex,
  spec: GraphSpec,
  lowering: Lowering,
  options: BuildOptions = {},
): BuiltGraph {
  const graph = lowering.rounding ? new RoundingBuilder() : new GraphBuilder();
  const float = lowering.float === 'f16' ? 'float16' : 'float32';
  const ctx: Context = { graph, weights, lowering, float, ...(options.embed ? { embed: options.embed } : {}) };
  build(ctx, config, spec);
  const { model, inputs, outputs, files } = graph.finish(
    `vpd-${networkName(spec)}${spec.graph === 'head' ? '-head' : ''}`,
  );
  const port = ({ name, type, dims }: { name: string; type: string; dims: readonly number[] }): GraphPort => ({
    name,
    type: type === 'int32' ? 'int32' : 'float32',
    dims,
  });
  return {
    model,
    inputs: inputs.map(port),
    outputs: outputs.map(port),
    files,
    macs: graph.macs,
    largest: graph.largest,
    activations: graph.activations,
  };
}
