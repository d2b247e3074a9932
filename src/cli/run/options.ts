import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { Plane } from '../../engine/pipeline.ts';
import { VpdError } from '../../errors.ts';
import type { Protocol } from '../../image/fit.ts';
import { readNpyF32 } from '../../image/formats/npy.ts';
import type { RuntimeOptions } from '../runtime-node.ts';
import { checkScopes, givenOptions, type Scope, unusedOptions } from '../scopes.ts';

const RUN_TASKS = ['depth', 'refer', 'segment', 'attention'] as const;
type RunTask = (typeof RUN_TASKS)[number];
const PROTOCOLS: readonly Protocol[] = ['fit', 'direct', 'paper'];

export interface RunOptions extends RuntimeOptions {
  readonly task: RunTask;
  readonly pack: string;
  readonly image: string;
  readonly out: string;
  readonly prompt: string | undefined;
  /** Number of context tokens, if no refer head fixes it. */
  readonly tokens: number | undefined;
  /** Words whose attention maps are left out for a second mask. */
  readonly without: readonly string[];
  /** refer: mask from attention alone, without the pack's head. */
  readonly zeroShot: boolean;
  readonly textHidden: string | undefined;
  readonly latent: string | undefined;
  readonly scene: string | undefined;
  readonly protocol: Protocol;
  readonly flip: boolean;
  readonly raw: boolean;
  /** `if any`: only if the task has them. */
  readonly features: boolean | 'if any';
  readonly json: boolean;
  /** A sentence for each option that is given and not used. */
  readonly notes: readonly string[];
}

const isOneOf = <T extends string>(words: readonly T[], word: string): word is T =>
  words.some((known) => known === word);

/**
 * Returns `word` as one of `words`.
 * @throws VpdError bad-request that names the option
 */
export function oneOf<T extends string>(option: string, words: readonly T[], word: string | undefined): T {
  if (word === undefined) throw new VpdError('bad-request', `${option} is missing; it is one of ${words.join(', ')}.`);
  if (!isOneOf(words, word))
    throw new VpdError('bad-request', `${option} is "${word}"; it must be one of ${words.join(', ')}.`);
  return word;
}

/** True if predictions are averaged with those of the mirrored photo: if requested, and always in the paper's depth protocol. */
export const flips = (asked: boolean, task: RunTask, protocol: Protocol): boolean =>
  asked || (protocol === 'paper' && task === 'depth');

export function required(option: string, value: string | undefined): string {
  if (value === undefined || value === '') throw new VpdError('bad-request', `${option} is missing; see --help.`);
  return value;
}

/**
 * Parses a whole number of at least `least`; undefined if the option is not given.
 * @throws VpdError bad-request
 */
export function wholeNumber(option: string, value: string | undefined, least: number): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (!Number.isInteger(number) || number < least)
    throw new VpdError('bad-request', `${option} is "${value}"; it must be a whole number of at least ${least}.`);
  return number;
}

/** Options of every command that runs a pack. */
export const RUNTIME_OPTIONS = {
  runtime: { type: 'string', default: 'wasm' },
  threads: { type: 'string' },
  float: { type: 'string', default: 'f32' },
} as const;
export const RUNTIME_HELP = `  --runtime wasm|node    wasm (default): onnxruntime-web; node: onnxruntime-node, if installed (needed above 4 GB)
  --threads N            threads of a run (default: all cores)
  --float f32|f16        f16: round tensors between operators to half precision, as a GPU stores them, to measure the loss`;

export function runtimeOptions(values: {
  readonly runtime: string;
  readonly threads?: string | undefined;
  readonly float: string;
}): RuntimeOptions {
  return {
    runtime: oneOf('--runtime', ['wasm', 'node'], values.runtime),
    threads: wholeNumber('--threads', values.threads, 1),
    float: oneOf<'f32' | 'f16'>('--float', ['f32', 'f16'], values.float),
  };
}

const SCOPES: Readonly<Record<string, Scope>> = {
  without: { for: ['refer'], needs: 'prompt', not: ['text-hidden', 'latent', 'flip'] },
  'zero-shot': { for: ['refer'], needs: 'prompt', not: ['text-hidden', 'without', 'flip'] },
  tokens: { for: ['attention'], needs: 'prompt' },
  // "Left" would mean the right side of the mirrored photo.
  flip: { for: ['depth', 'segment'], not: ['latent'] },
  features: { needs: 'raw', not: ['zero-shot'] },
};

/** Options that every task accepts, so that one set of options can be used for all tasks; by option, the tasks that use it. */
const SHARED = { prompt: ['refer', 'attention'], 'text-hidden': ['refer', 'attention'], scene: ['depth'] } as const;

export function parseRunOptions(args: readonly string[]): RunOptions {
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    allowPositionals: true,
    tokens: true,
    options: {
      pack: { type: 'string' },
      image: { type: 'string' },
      out: { type: 'string' },
      prompt: { type: 'string' },
      tokens: { type: 'string' },
      without: { type: 'string', multiple: true, default: [] },
      'zero-shot': { type: 'boolean', default: false },
      'text-hidden': { type: 'string' },
      latent: { type: 'string' },
      scene: { type: 'string' },
      protocol: { type: 'string', default: 'fit' },
      flip: { type: 'boolean', default: false },
      raw: { type: 'boolean', default: false },
      features: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      ...RUNTIME_OPTIONS,
    },
  });
  if (positionals.length > 1)
    throw new VpdError('bad-request', `run takes one task, not ${positionals.length}: ${positionals.join(', ')}.`);
  if (values.prompt !== undefined && values['text-hidden'] !== undefined)
    throw new VpdError('bad-request', '--prompt and --text-hidden are two forms of the same input; give one of them.');
  const task = oneOf('The task', RUN_TASKS, positionals[0]);
  const given = givenOptions(tokens);
  checkScopes(SCOPES, task, given);
  const protocol = oneOf('--protocol', PROTOCOLS, values.protocol);
  if ((task === 'refer' || task === 'attention') && values.prompt === undefined && values['text-hidden'] === undefined)
    throw new VpdError('bad-request', '--prompt TEXT is missing (or give --text-hidden FILE.npy).');
  return {
    ...runtimeOptions(values),
    task,
    pack: required('--pack', values.pack),
    image: required('--image', values.image),
    out: required('--out', values.out),
    prompt: values.prompt,
    tokens: wholeNumber('--tokens', values.tokens, 3),
    without: values.without,
    zeroShot: values['zero-shot'],
    textHidden: values['text-hidden'],
    latent: values.latent,
    scene: values.scene,
    protocol,
    flip: flips(values.flip, task, protocol),
    raw: values.raw,
    features: values.features,
    json: values.json,
    notes: unusedOptions(SHARED, task, given),
  };
}

/**
 * Reads a float32 .npy file as a tensor of `rank` dimensions; leading sides of 1 are removed or added.
 * @throws VpdError missing, bad-file, unsupported
 */
export async function readPlane(path: string, rank: number): Promise<Plane> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new VpdError('missing', `${path} cannot be read; give the path of a .npy file.`, { cause });
  });
  // Copied, because a Buffer may share its memory, and its slice() does not copy.
  const { shape, data } = readNpyF32(new Uint8Array(bytes), path);
  const dims = [...shape];
  while (dims.length > rank && dims[0] === 1) dims.shift();
  while (dims.length < rank) dims.unshift(1);
  if (dims.length !== rank)
    throw new VpdError('bad-file', `${path} has ${shape.length} dimensions where at most ${rank} were expected.`);
  if (!data.every(Number.isFinite))
    throw new VpdError('bad-file', `${path} holds NaN or infinite values; give a tensor whose values are all finite.`);
  return { dims, data };
}
