import * as v from 'valibot';
import { firstIssue, integer, listOf, share, within } from '../../json.ts';
import { MAX_LEVELS, type TaskId, type VpdConfig } from '../../vpd/config.ts';
import { inconsistency } from './consistency.ts';

/** Limits on what a hostile config can make us build; no network of this family comes near them. */
const MAX_COUNT = 1_000_000;
export const MAX_NAMES = 10_000;
/** The class of a pixel is one byte, in which 255 means no class. */
export const MAX_CLASSES = 255;

const positive = within(1e-6, 1e6);
const channels = integer(1, 16_384);
const few = integer(1, 64);
/** Limited because graphs hold constants of size tokens² and, per block, of the input's cells. Stable Diffusion: 2, 77, 512 px. */
const blocks = integer(1, 8);
const tokens = integer(1, 1024);
const side = integer(1, 2048);
const list = <S extends v.GenericSchema>(item: S, most = MAX_LEVELS) => listOf(item, most);
const text = v.pipe(v.string(), v.maxLength(1000));
const position = v.object({ unit: positive });

const vae = v.object({
  channels,
  mult: v.pipe(list(few), v.minLength(1)),
  blocks,
  latent: few,
  patch: few,
  midAttention: v.boolean(),
  groups: channels,
});

const unet = v.pipe(
  v.object({
    channels,
    mult: v.pipe(list(few), v.minLength(1)),
    blocks,
    context: channels,
    latent: few,
    heads: v.exactOptional(few),
    headChannels: v.exactOptional(channels),
    crossAttention: list(v.boolean()),
    selfAttention: list(v.boolean()),
    ffMult: few,
    groups: channels,
    features: v.pipe(list(text), v.minLength(1)),
    latentScale: v.exactOptional(positive),
    eps: v.exactOptional(v.boolean()),
    position: v.exactOptional(position),
  }),
  v.check(
    (unet) => (unet.heads === undefined) !== (unet.headChannels === undefined),
    'exactly one of heads and headChannels must be given',
  ),
);

const word = v.pipe(v.string(), v.minLength(1), v.maxLength(100));

const textEncoder = v.object({
  width: channels,
  layers: few,
  heads: few,
  mlp: channels,
  maxTokens: tokens,
  vocabulary: v.exactOptional(list(integer(-1, MAX_COUNT), MAX_COUNT)),
  aliases: v.exactOptional(v.record(word, word)),
});

const deconvHead = v.object({
  kind: v.literal('deconv'),
  aggregate: channels,
  deconv: list(channels),
  channels,
  groups: channels,
  outputs: channels,
});
const topDownHead = v.object({
  kind: v.literal('topdown'),
  hidden: channels,
  refine: list(channels),
  outputs: channels,
  position: v.exactOptional(position),
});
const fpnHead = v.object({ kind: v.literal('fpn'), channels, headChannels: channels, outputs: channels });
const head = v.variant('kind', [deconvHead, topDownHead, fpnHead]);
const maps = list(integer(0, MAX_LEVELS));
const names = (most: number) => v.pipe(list(text, most), v.minLength(1));

const finite = v.pipe(v.number(), v.finite());
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const absence = v.object({
  weights: v.object({ peak: finite, area: finite, words: finite, contrast: finite }),
  bias: finite,
  threshold: share,
  heldOut: v.object({ present: count, absent: count, precision: share, recall: share, auc: share }),
});

/** A window of 65 pixels is a fifth of the network's input; variances are known to about 1e-7, and at most ¼. */
export const guidedFilter = v.object({ radius: integer(1, 32), epsilon: within(1e-6, 1) });
const guided = v.exactOptional(guidedFilter);

/** Schema of VpdConfig (vpd/config.ts) in JSON: every size is limited before anything is computed from it. */
export const vpdConfigEntries = {
  family: text,
  name: text,
  vae,
  unet,
  text: v.exactOptional(textEncoder),
  tasks: v.object({
    depth: v.exactOptional(
      v.object({
        head,
        maps,
        context: v.literal('scene'),
        scenes: names(MAX_NAMES),
        maxDepth: positive,
        guided,
      }),
    ),
    refer: v.exactOptional(
      v.object({
        head,
        maps,
        context: v.literal('text'),
        tokens: v.pipe(tokens, v.minValue(2)),
        guided,
        absence: v.exactOptional(absence),
      }),
    ),
    segment: v.exactOptional(
      v.pipe(
        v.object({ head, maps, context: v.literal('classes'), classes: names(MAX_CLASSES), guided }),
        v.check(
          ({ head }) => head.outputs <= MAX_CLASSES,
          (issue) => `expected at most ${MAX_CLASSES} outputs of the head but received ${issue.input.head.outputs}`,
        ),
      ),
    ),
  } satisfies Record<TaskId, v.GenericSchema>),
  working: v.object({ longSide: side, shortSide: v.exactOptional(side), multiple: side }),
};

/** Checks that a config does not contradict itself (consistency.ts); runs only if all sizes are within their limits. */
export const consistent = <T extends VpdConfig>() =>
  v.rawCheck<T>(({ dataset, addIssue }) => {
    const message = dataset.issues ? undefined : inconsistency(dataset.value);
    if (message !== undefined) addIssue({ message });
  });

/** Typed so that it compiles only if the schema's output is a VpdConfig. */
const vpdConfig: v.GenericSchema<unknown, VpdConfig> = v.pipe(v.object(vpdConfigEntries), consistent());

/** Returns why a pack may not have this config, e.g. `unet.heads: expected …`; undefined if it may. */
export function configIssue(config: VpdConfig): string | undefined {
  const parsed = v.safeParse(vpdConfig, config);
  return parsed.success ? undefined : firstIssue(parsed.issues);
}
