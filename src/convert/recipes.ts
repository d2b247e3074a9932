import type { VpdConfig } from '../vpd/config.ts';
import type { Parameter } from '../vpd/parameters/parameter.ts';
import { elementCount, sameShape } from '../weights/dtype.ts';
import type { Canonical } from './canonical.ts';
import type { BatchNorm } from './folds.ts';
import { activatedTimeEmbedding, foldBatchNormBias, foldBatchNormWeight, foldTimestep } from './folds.ts';

/** How one parameter of the pack is computed from tensors of the checkpoint. */
export interface Recipe {
  /** Names of the tensors that it reads, in the pack's naming. */
  readonly uses: readonly string[];
  /** Describes the first tensor with a wrong shape, if any. */
  readonly problem?: string;
  make(signal?: AbortSignal): Promise<Float32Array>;
}

/** Returns the name of the BatchNorm after a convolution, by the naming of VPD's and mmsegmentation's heads; undefined if it has none. */
export function batchNormAfter(convolution: string): string | undefined {
  const rules: readonly (readonly [RegExp, (match: RegExpMatchArray) => string])[] = [
    [/^(.*\.(?:deconv_layers|conv_layers)\.)(\d+)$/, (m) => `${m[1]}${Number(m[2]) + 1}`],
    [/^(.*\.)conv([12]_[234])$/, (m) => `${m[1]}bn${m[2]}`],
    [/^(.*\.)conv$/, (m) => `${m[1]}bn`],
  ];
  for (const [pattern, name] of rules) {
    const match = convolution.match(pattern);
    if (match) return name(match);
  }
  return undefined;
}

/** Shape without the sides of a 1×1 convolution, which has the same values as a linear layer. */
const squeeze = (shape: readonly number[]): readonly number[] =>
  shape.length === 4 && shape[2] === 1 && shape[3] === 1 ? shape.slice(0, 2) : shape;

export class RecipeBook {
  private readonly canonical: Canonical;
  private readonly config: VpdConfig;
  private time: Float64Array | undefined;

  constructor(canonical: Canonical, config: VpdConfig) {
    this.canonical = canonical;
    this.config = config;
  }

  /** Returns the recipe of a parameter, whether or not the checkpoint has the tensors that it uses. */
  recipe(parameter: Parameter): Recipe {
    const { name } = parameter;
    if (/^vae\.quant_conv\./.test(name)) return this.mode(parameter);
    if (/^unet\..*\.in_layers\.2\.bias$/.test(name)) return this.timestep(parameter);
    const [, owner, part] = name.match(/^(.*\.head\..*)\.(weight|bias)$/) ?? [];
    const norm = owner === undefined ? undefined : batchNormAfter(owner);
    if (owner !== undefined && norm !== undefined && this.canonical.has(`${norm}.running_var`)) {
      return part === 'weight' ? this.normedWeight(parameter, norm) : this.normedBias(parameter, owner, norm);
    }
    return this.copy(parameter);
  }

  private copy({ name, shape }: Parameter): Recipe {
    return { uses: [name], ...this.problem(name, shape), make: (signal) => this.canonical.read(name, signal) };
  }

  /** Keeps the first half of the rows of `quant_conv`: the mean of the posterior, which is its mode. */
  private mode({ name, shape }: Parameter): Recipe {
    const found = this.canonical.shape(name);
    const rows = shape[0] ?? 0;
    const whole = found?.[0] === 2 * rows ? [2 * rows, ...shape.slice(1)] : shape;
    return {
      uses: [name],
      ...this.problem(name, whole),
      make: async (signal) => (await this.canonical.read(name, signal)).slice(0, elementCount(shape)),
    };
  }

  private timestep({ name, shape }: Parameter): Recipe {
    const emb = name.replace(/in_layers\.2\.bias$/, 'emb_layers.1');
    const { channels } = this.config.unet;
    const width = this.canonical.shape('unet.time_embed.2.bias')?.[0] ?? 0;
    const parts = ['0.weight', '0.bias', '2.weight', '2.bias'].map((part) => `unet.time_embed.${part}`);
    return {
      uses: [name, `${emb}.weight`, `${emb}.bias`, ...parts],
      ...(this.problem(name, shape) ??
        this.problem(`${emb}.weight`, [shape[0] ?? 0, width]) ??
        this.problem(`${emb}.bias`, shape) ??
        this.problem('unet.time_embed.0.weight', [
          this.canonical.shape('unet.time_embed.0.bias')?.[0] ?? 0,
          channels,
        ]) ??
        this.problem('unet.time_embed.2.weight', [width, this.canonical.shape('unet.time_embed.0.bias')?.[0] ?? 0])),
      make: async (signal) => {
        const bias = await this.canonical.read(name, signal);
        const weight = await this.canonical.read(`${emb}.weight`, signal);
        const shift = await this.canonical.read(`${emb}.bias`, signal);
        this.time ??= await this.timeEmbedding(signal);
        return foldTimestep(bias, weight, shift, this.time);
      },
    };
  }

  private async timeEmbedding(signal?: AbortSignal): Promise<Float64Array> {
    const read = (part: string): Promise<Float32Array> => this.canonical.read(`unet.time_embed.${part}`, signal);
    const mlp = {
      weight0: await read('0.weight'),
      bias0: await read('0.bias'),
      weight2: await read('2.weight'),
      bias2: await read('2.bias'),
    };
    return activatedTimeEmbedding(mlp, this.config.unet.channels);
  }

  private normedWeight({ name, shape, kind }: Parameter, norm: string): Recipe {
    const channels = kind === 'deconv' ? shape[1] : shape[0];
    return {
      uses: [name, ...normParts(norm)],
      ...(this.problem(name, shape) ?? this.normProblem(norm, channels ?? 0)),
      make: async (signal) => {
        const weight = await this.canonical.read(name, signal);
        return foldBatchNormWeight(weight, await this.batchNorm(norm, signal), kind === 'deconv' ? (shape[0] ?? 1) : 1);
      },
    };
  }

  private normedBias({ name, shape }: Parameter, owner: string, norm: string): Recipe {
    const bias = `${owner}.bias`;
    const hasBias = this.canonical.has(bias);
    return {
      uses: [...(hasBias ? [name] : []), ...normParts(norm)],
      ...((hasBias ? this.problem(name, shape) : undefined) ?? this.normProblem(norm, shape[0] ?? 0)),
      make: async (signal) => {
        const before = hasBias ? await this.canonical.read(bias, signal) : undefined;
        return foldBatchNormBias(before, await this.batchNorm(norm, signal));
      },
    };
  }

  private async batchNorm(norm: string, signal?: AbortSignal): Promise<BatchNorm> {
    const read = (part: string): Promise<Float32Array> => this.canonical.read(`${norm}.${part}`, signal);
    return {
      weight: await read('weight'),
      bias: await read('bias'),
      mean: await read('running_mean'),
      variance: await read('running_var'),
    };
  }

  private normProblem(norm: string, channels: number): { problem: string } | undefined {
    return normParts(norm).reduce<{ problem: string } | undefined>(
      (found, part) => found ?? this.problem(part, [channels]),
      undefined,
    );
  }

  private problem(name: string, expected: readonly number[]): { problem: string } | undefined {
    const tensor = this.canonical.tensors.get(name);
    if (!tensor || sameShape(squeeze(tensor.info.shape), squeeze(expected))) return undefined;
    return {
      problem: `${tensor.info.name} has shape [${tensor.info.shape.join(', ')}] and the model needs [${expected.join(', ')}]`,
    };
  }
}

const normParts = (norm: string): readonly string[] =>
  ['weight', 'bias', 'running_mean', 'running_var'].map((part) => `${norm}.${part}`);
