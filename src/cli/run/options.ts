import { type ParseArgsConfig, parseArgs } from 'node:util';
import { VpdError } from '../../errors.ts';
import type { Protocol } from '../../image/fit.ts';
import { TASK_IDS } from '../../vpd/config.ts';
import { oneOf, RUNTIME_OPTIONS, required, runtimeOptions, wholeNumber } from '../options.ts';
import type { RuntimeOptions } from '../runtime-node.ts';
import { checkScopes, givenOptions, type Scope, unusedOptions } from '../scopes.ts';

const RUN_TASKS = [...TASK_IDS, 'attention'] as const;
type RunTask = (typeof RUN_TASKS)[number];
const PROTOCOLS: readonly Protocol[] = ['fit', 'direct', 'paper'];

/** Options about one photo, which `run` and `compare` share. */
export interface PhotoOptions extends RuntimeOptions {
  readonly task: RunTask;
  readonly image: string;
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
  /** A sentence for each option that is given and not used. */
  readonly notes: readonly string[];
}

/** What is written beside the pictures. */
export interface Arrays {
  readonly raw: boolean;
  /** With `raw`: the UNet's features too, if the task's head reads them. */
  readonly features: boolean;
}

interface RunOptions extends PhotoOptions, Arrays {
  readonly pack: string;
  readonly out: string;
  readonly json: boolean;
}

/** True if predictions are averaged with those of the mirrored photo: if requested, and always in the paper's depth protocol. */
export const flips = (asked: boolean, task: RunTask, protocol: Protocol): boolean =>
  asked || (protocol === 'paper' && task === 'depth');

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

const PHOTO_OPTIONS = {
  image: { type: 'string' },
  prompt: { type: 'string' },
  tokens: { type: 'string' },
  without: { type: 'string', multiple: true },
  'zero-shot': { type: 'boolean', default: false },
  'text-hidden': { type: 'string' },
  latent: { type: 'string' },
  scene: { type: 'string' },
  protocol: { type: 'string', default: 'fit' },
  flip: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  ...RUNTIME_OPTIONS,
} as const;

/** Parses a task with the options about its photo, `--json` and the command's `own`. */
export function parsePhotoArgs<const T extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  own: T,
) {
  const options = { ...PHOTO_OPTIONS, ...own } as const;
  return parseArgs({ args: [...args], allowPositionals: true, options, tokens: true });
}

type PhotoValues = ReturnType<typeof parsePhotoArgs<Record<never, never>>>['values'];

/**
 * Checks the options about the photo.
 * @param given names of all options that were given
 * @throws VpdError bad-request
 */
export function photoOptions(
  values: PhotoValues,
  positionals: readonly string[],
  given: ReadonlySet<string>,
): PhotoOptions {
  if (positionals.length > 1)
    throw new VpdError('bad-request', `One task is needed, not ${positionals.length}: ${positionals.join(', ')}.`);
  if (values.prompt !== undefined && values['text-hidden'] !== undefined)
    throw new VpdError('bad-request', '--prompt and --text-hidden are two forms of the same input; give one of them.');
  const task = oneOf('The task', RUN_TASKS, positionals[0]);
  checkScopes(SCOPES, task, given);
  const protocol = oneOf('--protocol', PROTOCOLS, values.protocol);
  if ((task === 'refer' || task === 'attention') && values.prompt === undefined && values['text-hidden'] === undefined)
    throw new VpdError('bad-request', '--prompt TEXT is missing (or give --text-hidden FILE.npy).');
  return {
    ...runtimeOptions(values),
    task,
    image: required('--image', values.image),
    prompt: values.prompt,
    tokens: wholeNumber('--tokens', values.tokens, 3),
    without: values.without ?? [],
    zeroShot: values['zero-shot'],
    textHidden: values['text-hidden'],
    latent: values.latent,
    scene: values.scene,
    protocol,
    flip: flips(values.flip, task, protocol),
    notes: unusedOptions(SHARED, task, given),
  };
}

export function parseRunOptions(args: readonly string[]): RunOptions {
  const { values, positionals, tokens } = parsePhotoArgs(args, {
    pack: { type: 'string' },
    out: { type: 'string' },
    raw: { type: 'boolean', default: false },
    features: { type: 'boolean', default: false },
  });
  const { pack, out, raw, features, json } = values;
  const photo = photoOptions(values, positionals, givenOptions(tokens));
  return { ...photo, pack: required('--pack', pack), out: required('--out', out), raw, features, json };
}
