import { availableParallelism } from 'node:os';
import { VpdError } from '../errors.ts';
import type { RuntimeOptions } from './runtime-node.ts';

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

/**
 * Returns the value of an option that must be given.
 * @throws VpdError bad-request
 */
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
  --threads N            threads of a run (default, and at most: all cores)
  --float f32|f16        f16: round tensors between operators to half precision, as a GPU stores them, to measure the loss`;

/** @throws VpdError bad-request above the number of cores: onnxruntime's threads wait in busy loops, and many more than cores never end a run */
function threadCount(value: string | undefined): number | undefined {
  const threads = wholeNumber('--threads', value, 1);
  const cores = availableParallelism();
  if (threads !== undefined && threads > cores)
    throw new VpdError(
      'bad-request',
      `--threads is "${value}"; this machine can run ${cores} at once, so give at most ${cores}.`,
    );
  return threads;
}

export function runtimeOptions(values: {
  readonly runtime: string;
  readonly threads?: string | undefined;
  readonly float: string;
}): RuntimeOptions {
  return {
    runtime: oneOf('--runtime', ['wasm', 'node'], values.runtime),
    threads: threadCount(values.threads),
    float: oneOf<'f32' | 'f16'>('--float', ['f32', 'f16'], values.float),
  };
}
