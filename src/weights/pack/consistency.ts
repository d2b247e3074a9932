import { strideOf } from '../../vpd/attention-spec.ts';
import type { TaskConfigs, TextConfig, UnetConfig, VaeConfig, VpdConfig } from '../../vpd/config.ts';
import { contextTokens } from '../../vpd/config.ts';
import { type UnetModule, unetLayout } from '../../vpd/layout.ts';

/** Number of feature levels that every head takes. */
const HEAD_LEVELS = 4;
/** Number of ×2 deconvolutions of the depth decoder; with two bilinear ×2 steps they upsample cells of 32 px to pixels. */
const DECONV_STAGES = 3;

/** Returns the first contradiction in a config, or undefined. The shapes of the weights do not show it, and such a network fails or gives nonsense. */
export function inconsistency(config: VpdConfig): string | undefined {
  for (const issue of issues(config)) return issue;
  return undefined;
}

function* issues({ vae, unet, text, tasks, working }: VpdConfig): Generator<string> {
  yield* vaeIssues(vae);
  if (unet.latent !== vae.latent)
    yield `unet.latent: the UNet takes ${unet.latent} channels and the VAE gives ${vae.latent}`;
  yield* unetIssues(unet);
  if (text) yield* textIssues(text, unet);
  yield* taskIssues(tasks, unet, text);
  const least = strideOf(unet.mult.length - 1);
  if (working.multiple % least !== 0)
    yield `working.multiple: ${working.multiple} px do not halve evenly on ${unet.mult.length} levels; it must be a multiple of ${least}`;
}

function* vaeIssues({ patch, mult, channels, groups }: VaeConfig): Generator<string> {
  const cell = patch * 2 ** (mult.length - 1);
  if (cell !== strideOf(0))
    yield `vae: a patch of ${patch} px and ${mult.length} levels give a latent of 1/${cell} of the photo where 1/${strideOf(0)} was expected`;
  for (const factor of [1, ...mult]) yield* undivided('vae.groups', 'groups', groups, factor * channels);
}

function* unetIssues(unet: UnetConfig): Generator<string> {
  const levels = unet.mult.length;
  for (const name of ['crossAttention', 'selfAttention', 'features'] as const)
    if (unet[name].length !== levels)
      yield `unet.${name}: ${unet[name].length} of them for ${levels} levels; one for each was expected`;

  const { input, middle, output } = unetLayout(unet);
  const taps = new Map<string, Tap>();
  let level = 0;
  for (const { path, modules } of [...input, middle, ...output]) {
    for (const module of modules) {
      yield* moduleIssues(module, unet);
      level += { down: 1, up: -1, conv: 0, res: 0, transformer: 0 }[module.kind];
      const tap = { level, channels: 'to' in module ? module.to : module.channels };
      taps.set(module.path, tap).set(path, tap);
    }
  }

  for (const [i, path] of unet.features.entries()) {
    const tap = taps.get(path);
    const where = `unet.features.${i}: “${path}”`;
    const channels = unet.channels * (unet.mult[i] ?? 0);
    if (!tap) yield `${where} is not part of this UNet`;
    else if (tap.level !== i || tap.channels !== channels)
      yield `${where} has ${tap.channels} channels on level ${tap.level} where ${channels} on level ${i} were expected`;
  }
}

/** Output of a module of the UNet. */
interface Tap {
  readonly level: number;
  readonly channels: number;
}

function* moduleIssues(module: UnetModule, { groups, heads, headChannels }: UnetConfig): Generator<string> {
  // Transformers and the noise prediction have the channels of the residual block before them.
  if (module.kind === 'res')
    for (const channels of [module.from, module.to]) yield* undivided('unet.groups', 'groups', groups, channels);
  if (module.kind !== 'transformer') return;
  const { channels } = module;
  if (heads !== undefined) yield* undivided('unet.heads', 'heads', heads, channels);
  if (headChannels !== undefined && channels % headChannels !== 0)
    yield `unet.headChannels: ${channels} channels do not divide into heads of ${headChannels}`;
}

function* textIssues({ width, heads }: TextConfig, { context }: UnetConfig): Generator<string> {
  yield* undivided('text.heads', 'heads', heads, width);
  if (width !== context) yield `text.width: the text encoder gives ${width} channels and the UNet takes ${context}`;
}

function* taskIssues(tasks: TaskConfigs, unet: UnetConfig, text: TextConfig | undefined): Generator<string> {
  for (const [id, task] of Object.entries(tasks)) {
    const { head, maps } = task;
    if (unet.mult.length !== HEAD_LEVELS)
      yield `unet.mult: ${unet.mult.length} levels where the head of ${id} takes ${HEAD_LEVELS}`;
    for (const level of maps)
      if (!unet.crossAttention[level] || contextTokens(task) === 1)
        yield `tasks.${id}.maps: level ${level} gives no maps, because it has ${unet.crossAttention[level] ? 'only one token' : 'no cross-attention'}`;
    const outputs = task.context === 'classes' ? task.classes.length : task.context === 'text' ? 2 : 1;
    if (head.outputs !== outputs)
      yield `tasks.${id}.head.outputs: ${head.outputs} of them where ${outputs} were expected`;
    if (task.context === 'text' && text && task.tokens > text.maxTokens)
      yield `tasks.${id}.tokens: ${task.tokens} of them, and the text encoder takes ${text.maxTokens}`;
    if (head.kind !== 'deconv') continue;
    if (head.deconv.length !== DECONV_STAGES)
      yield `tasks.${id}.head.deconv: ${head.deconv.length} stages where ${DECONV_STAGES} were expected`;
    const finest = unet.channels * (unet.mult[0] ?? 0) + (maps.includes(0) ? contextTokens(task) : 0);
    for (const channels of [finest, head.aggregate])
      yield* undivided(`tasks.${id}.head.groups`, 'groups', head.groups, channels);
  }
}

function* undivided(name: string, what: string, count: number, channels: number): Generator<string> {
  if (channels % count !== 0) yield `${name}: ${count} ${what} do not divide ${channels} channels`;
}
