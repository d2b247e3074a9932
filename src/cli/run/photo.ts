import type { Job } from '../../engine/job.ts';
import type { Plane } from '../../engine/pipeline.ts';
import type { StageTiming } from '../../engine/results.ts';
import { formatChance, formatMetres, formatPercent, formatShare } from '../../format.ts';
import { applyColormap, colormap } from '../../image/colormap.ts';
import { encodeDepthPng, encodeMaskPng, encodePng8 } from '../../image/formats/png.ts';
import { threshold } from '../../image/masks/mask.ts';
import { classPalette } from '../../image/palette.ts';
import type { RgbImage } from '../../image/rgb.ts';
import { runDepth } from '../../tasks/depth/run.ts';
import type { TaskOptions } from '../../tasks/options.ts';
import { readPrompt } from '../../tasks/prompt.ts';
import { keptOutputsKey, runAblation, tokensOfWords } from '../../tasks/refer/ablation/ablate.ts';
import { GAINED_COLOUR, LOST_COLOUR } from '../../tasks/refer/ablation/change.ts';
import { runRefer } from '../../tasks/refer/run.ts';
import { readingNotes } from '../../tasks/refer/words/reading-notes.ts';
import { runZeroShot } from '../../tasks/refer/zero-shot/zero-shot.ts';
import { runSegment } from '../../tasks/segment/run.ts';
import type { CliIo } from '../command.ts';
import { readPlane } from '../files/read-plane.ts';
import type { Runner } from '../runner.ts';
import { runAttention } from './attention.ts';
import { type OutputFolder, overlayPng, writeMaps, writeMask } from './files.ts';
import type { Arrays, PhotoOptions } from './options.ts';
import type { Facts, TaskRun } from './task.ts';

async function depth({ runner, photo, options, shared, job, out }: TaskRun): Promise<Facts> {
  const scene = options.scene === undefined ? {} : { scene: options.scene };
  const { width, height, metres, min, max } = await runDepth(runner.pipeline, photo, { ...shared, ...scene }, job);
  await out.bytes('depth.png', encodeDepthPng(metres, width, height));
  await out.bytes(
    'depth-color.png',
    encodePng8(applyColormap(metres, [min, max], colormap('turbo')), width, height, 'rgb'),
  );
  if (options.raw) await out.npy('depth.npy', metres, [height, width]);
  return { line: `depth: ${formatMetres(min)} to ${formatMetres(max)}`, width, height, min, max };
}

async function refer(run: TaskRun): Promise<Facts> {
  const { runner, photo, options, shared, job, out } = run;
  if (options.zeroShot) return zeroShot(run);
  const hidden = options.textHidden === undefined ? {} : { hidden: await readPlane(options.textHidden, 2) };
  const prompt = options.without.length > 0 ? (options.prompt ?? '') : undefined;
  const keep =
    prompt === undefined ? {} : { keep: keptOutputsKey(photo, await readPrompt(runner.config, prompt), shared) };
  const result = await runRefer(runner.pipeline, photo, options.prompt, { ...shared, ...hidden, ...keep }, job);
  const { width, height, probability } = result;
  const mask = threshold(probability);
  await writeMask(out, photo.image, mask);
  if (options.raw) {
    await out.npy('logits.npy', result.logits, [2, height, width]);
    await writeMaps(out, result.maps);
  }
  const without = prompt === undefined ? undefined : await ablate(run, prompt, mask);
  const { area, tokens, words, cut, absence } = result;
  return {
    line: [maskLine(area), ...(without ? [withoutLine(without)] : [])].join('; '),
    width,
    height,
    area,
    ...signalOf(runner, options, absence),
    tokens,
    words,
    cut,
    ...(without ? { without } : {}),
  };
}

const maskLine = (area: number): string => `mask: ${formatShare(area)} of the photo`;

const withoutLine = ({ words, area, iou }: Ablated): string =>
  `without ${words.join(', ')}: ${formatShare(area)}, IoU with the whole prompt's mask ${iou.toFixed(3)}`;

/** Mask from attention alone; score.npy holds its score, scaled so that Otsu's threshold is 0.5. */
async function zeroShot({ runner, photo, options, shared, job, out }: TaskRun): Promise<Facts> {
  const result = await runZeroShot(runner.pipeline, photo, options.prompt ?? '', shared, job);
  const { width, height, probability, area, tokens, words, cut } = result;
  await writeMask(out, photo.image, threshold(probability));
  if (options.raw) {
    await out.npy('score.npy', probability, [height, width]);
    await writeMaps(out, result.maps);
  }
  const note = 'Zero-shot: this mask is from attention alone, without a trained head. Take it as a sketch.';
  return { line: maskLine(area), zeroShot: true, width, height, area, tokens, words, cut, note };
}

/** Probability of a calibrated pack that nothing fits the words, and a note if it is above the threshold. */
function signalOf(runner: Runner, { prompt }: PhotoOptions, absence: number | undefined): Facts {
  const model = runner.config.tasks.refer?.absence;
  if (absence === undefined || !model) return {};
  const { precision, recall } = model.heldOut;
  const note = `"${prompt}" may not be in this photo (${formatChance(absence)} sure; such notes are right ${formatPercent(precision)} of the time and come for ${formatPercent(recall)} of what is absent).`;
  return { absence, ...(absence > model.threshold ? { note } : {}) };
}

interface Ablated {
  readonly words: readonly string[];
  /** IoU of the two masks. */
  readonly iou: number;
  readonly area: number;
}

/** Writes mask-without.png, and overlay-without.png with lost pixels in vermilion and gained pixels in sky blue. */
async function ablate(run: TaskRun, prompt: string, mask: Uint8Array): Promise<Ablated> {
  const { runner, photo, job, out } = run;
  const { without, protocol, raw } = run.options;
  const tokens = tokensOfWords(await readPrompt(runner.config, prompt), without);
  const result = await runAblation(runner.pipeline, photo, prompt, tokens, { protocol }, job);
  const { width, height, probability, iou, area } = result;
  const left = threshold(probability);
  await out.bytes('mask-without.png', encodeMaskPng(left, photo.image.width, photo.image.height));
  const drawn = overlayPng(
    photo.image,
    (pixel, channel) => (mask[pixel] ? LOST_COLOUR : GAINED_COLOUR)[channel],
    (pixel) => mask[pixel] !== left[pixel],
  );
  await out.bytes('overlay-without.png', drawn);
  if (raw) await out.npy('probability-without.npy', probability, [height, width]);
  return { words: without, iou, area };
}

async function segment({ runner, photo, options, shared, job, out }: TaskRun): Promise<Facts> {
  const { width, height, labels, present, maps } = await runSegment(runner.pipeline, photo, shared, job);
  await out.bytes('labels.png', encodePng8(labels, width, height, 'gray'));
  const palette = classPalette(runner.config.tasks.segment?.classes.length ?? 0);
  const drawn = overlayPng(photo.image, (pixel, channel) => palette[3 * (labels[pixel] ?? 0) + channel]);
  await out.bytes('overlay.png', drawn);
  if (options.raw) {
    await out.npy('labels.npy', labels, [height, width]);
    await writeMaps(out, maps);
  }
  const line = `classes: ${present.map(({ name, area }) => `${name} ${formatShare(area)}`).join(', ')}`;
  return { line, width, height, present };
}

const TASKS = { depth, refer, segment, attention: runAttention } as const;

/** File name of a raw tensor, from its name in the graph. */
const rawName = (name: string): string => (name === 'hidden' ? 'text_hidden' : name);

/**
 * Runs an open pack on one photo and writes the results to `out`. What the model could not read of the prompt is printed as notes.
 * @throws VpdError
 */
export async function runPhoto(
  runner: Runner,
  image: RgbImage,
  options: PhotoOptions & Arrays,
  out: OutputFolder,
  io: Pick<CliIo, 'err'>,
): Promise<{ readonly facts: Facts; readonly timings: readonly StageTiming[] }> {
  const raw = new Map<string, Plane>();
  const job: Job = { timings: [] };
  const shared: TaskOptions = {
    protocol: options.protocol,
    flip: options.flip,
    ...(options.latent === undefined ? {} : { latent: await readPlane(options.latent, 4) }),
    // Maps are left out: the tasks write them, cropped to the photo.
    ...(options.raw
      ? {
          features: options.features,
          observe: (name, plane) => void (name.startsWith('maps') || raw.set(name, plane)),
        }
      : {}),
  };
  const facts = await TASKS[options.task]({ runner, photo: runner.photo(image), options, shared, job, out });
  for (const [name, plane] of raw) await out.plane(`${rawName(name)}.npy`, plane);
  const { words = [], cut = [] } = facts;
  for (const note of readingNotes({ words, cut })) io.err(note);
  return { facts, timings: job.timings };
}
