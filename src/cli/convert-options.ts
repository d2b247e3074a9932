import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { ConversionOptions } from '../convert/plan.ts';
import { VpdError } from '../errors.ts';
import { givenOptions, type Scope } from './scopes.ts';

/** Options of `inspect` and `convert` for what the shapes of a checkpoint do not show. */
const MODEL_OPTIONS = {
  heads: { type: 'string' },
  'text-heads': { type: 'string' },
  name: { type: 'string' },
  'max-depth': { type: 'string' },
} as const;

const OFFICIAL = ['vpd-depth', 'vpd-refer', 'vpd-segment', 'sd-v1'];
/** Families for which each option works; a checkpoint of our own training contains its config. */
export const MODEL_SCOPES: Readonly<Record<string, Scope>> = {
  heads: { for: OFFICIAL },
  'text-heads': { for: OFFICIAL },
  'max-depth': { for: ['vpd-depth'] },
};

/** Parses FILE… with the options of both commands, `--json` and the command's `own`. */
export function parseModelArgs<const T extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  own: T,
) {
  const options = { ...MODEL_OPTIONS, json: { type: 'boolean', default: false }, ...own } as const;
  const { values, positionals, tokens } = parseArgs({ args: [...args], allowPositionals: true, options, tokens: true });
  return { values, positionals, given: givenOptions(tokens) };
}

export const MODEL_HELP = [
  '  --heads N            attention heads of the UNet (default: 8, as in Stable Diffusion; shapes do not show it)',
  '  --text-heads N       attention heads of the text encoder (default: its width / 64)',
  '  --name TEXT          name of the pack',
  '  --max-depth METRES   depth at the end of the range of a depth checkpoint (10)',
].join('\n');

function positive(name: string, value: string | undefined, whole: boolean): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (!(number > 0) || !Number.isFinite(number) || (whole && !Number.isInteger(number)))
    throw new VpdError('bad-request', `--${name} ${value} is not a positive ${whole ? 'whole ' : ''}number.`);
  return number;
}

/** @throws VpdError bad-request for values that are not positive numbers */
export function modelOptions(
  values: { readonly [K in keyof typeof MODEL_OPTIONS]?: string | undefined },
): ConversionOptions {
  const heads = positive('heads', values.heads, true);
  const textHeads = positive('text-heads', values['text-heads'], true);
  const maxDepth = positive('max-depth', values['max-depth'], false);
  return {
    ...(heads ? { heads } : {}),
    ...(textHeads ? { textHeads } : {}),
    ...(maxDepth ? { maxDepth } : {}),
    ...(values.name ? { name: values.name } : {}),
  };
}
