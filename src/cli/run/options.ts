import { parseArgs } from 'node:util';
import { VpdError } from '../../errors.ts';
import type { Protocol } from '../../image/fit.ts';
import { oneOf, RUNTIME_OPTIONS, required, runtimeOptions, wholeNumber } from '../options.ts';
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
