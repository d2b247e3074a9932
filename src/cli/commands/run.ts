import type { Job } from '../../engine/job.ts';
import type { Plane } from '../../engine/pipeline.ts';
import type { StageTiming } from '../../engine/protocol.ts';
import { formatPercent } from '../../format.ts';
import { applyColormap, colormap } from '../../image/colormap.ts';
import { encodeDepthPng, encodeMaskPng, encodePng8 } from '../../image/formats/png.ts';
import { threshold } from '../../image/masks/mask.ts';
import { classPalette } from '../../image/palette.ts';
import { runDepth } from '../../tasks/depth/run.ts';
import type { TaskOptions } from '../../tasks/options.ts';
import { readPrompt } from '../../tasks/prompt.ts';
import { keptOutputsKey, runAblation, tokensOfWords } from '../../tasks/refer/ablation/ablate.ts';
import { GAINED_COLOUR, LOST_COLOUR } from '../../tasks/refer/ablation/change.ts';
import { runRefer } from '../../tasks/refer/run.ts';
import { readingNotes } from '../../tasks/refer/words/reading-notes.ts';
import { runZeroShot } from '../../tasks/refer/zero-shot/zero-shot.ts';
import { runSegment } from '../../tasks/segment/run.ts';
import type { CliIo, Command } from '../command.ts';
import { decodeImageFile } from '../decode-node.ts';
import { readPlane } from '../files/read-plane.ts';
import { RUNTIME_HELP } from '../options.ts';
import { runAttention } from '../run/attention.ts';
import { openOutput, overlayPng, writeMaps, writeMask } from '../run/files.ts';
import { parseRunOptions, type RunOptions } from '../run/options.ts';
import type { Facts, TaskRun } from '../run/task.ts';
import { openRunner, type Runner } from '../runner.ts';

const help = `Usage: npm run vpd -- run depth|refer|segment|attention --pack DIR --image FILE --out DIR [OPTIONS]

Runs a pack on one photo: writes pictures, prints figures, and writes arrays with --raw.

  --pack DIR             a pack: config.json and its .safetensors files, whose sha256 is checked
  --image FILE           PNG, JPEG, WebP, GIF or AVIF
  --out DIR              folder of the results; created if needed
  --prompt TEXT          refer, attention: what to look for
  --zero-shot            refer: the mask from attention alone, without a trained head; works with a plain backbone too
  --without WORD         refer: also the mask without this word's attention maps; may be repeated
  --text-hidden FILE     .npy [T,context] instead of the text encoder's output
  --tokens N             attention on a plain backbone: length of the context (default: the text encoder's)
  --scene NAME           depth: one of the pack's scenes (default: its first)
  --latent FILE          .npy [4,H/8,W/8] instead of the VAE encoder's output
  --protocol P           fit (default): resized to the pack's working size, results at the photo's size
                         direct: never resized, zero-padded and cropped back; paper: as the task was published
  --flip                 depth, segment: average with the prediction of the mirrored photo
  --raw                  also writes arrays as .npy: depth (f32, metres); logits (f32; of segment at the network's size); labels (u8); the
                         attention maps (attention writes them always); latent; text_hidden; score of --zero-shot;
                         probability-without of --without; eps of attention on a plain Stable Diffusion backbone
  --features             with --raw: also the UNet's features, feature0.npy … feature3.npy
  --json                 figures as one JSON object
${RUNTIME_HELP}`;

async function depth({ runner, photo, options, shared, job, out }: TaskRun): Promise<Facts> {
  const scene = options.scene === undefined ? {} : { scene: options.scene };
  const { width, height, metres, min, max } = await runDepth(runner.pipeline, photo, { ...shared, ...scene }, job);
  await out.bytes('depth.png', encodeDepthPng(metres, width, height));
  await out.bytes(
    'depth-color.png',
    encodePng8(applyColormap(metres, [min, max], colormap('turbo')), width, height, 'rgb'),
  );
  if (options.raw) await out.npy('depth.npy', metres, [height, width]);
  return { width, height, min, max };
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
  const without = prompt === undefined ? {} : { without: await ablate(run, prompt, mask) };
  const { area, tokens, words, cut, absence } = result;
  return { width, height, area, ...signalOf(runner, options, absence), tokens, words, cut, ...without };
}

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
  return { zeroShot: true, width, height, area, tokens, words, cut, note };
}

/** Probability of a calibrated pack that nothing fits the words, and a note if it is above the threshold. */
function signalOf(runner: Runner, { prompt }: RunOptions, absence: number | undefined): Facts {
  const model = runner.config.tasks.refer?.absence;
  if (absence === undefined || !model) return {};
  const { precision, recall } = model.heldOut;
  const note = `"${prompt}" may not be in this photo (${formatPercent(absence)} sure; such notes are right ${formatPercent(precision)} of the time and come for ${formatPercent(recall)} of what is absent).`;
  return { absence, ...(absence > model.threshold ? { note } : {}) };
}

/** Writes mask-without.png, and overlay-without.png with lost pixels in vermilion and gained pixels in sky blue. */
async function ablate(run: TaskRun, prompt: string, mask: Uint8Array): Promise<object> {
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
  return { width, height, present };
}

const TASKS = { depth, refer, segment, attention: runAttention } as const;

/** File name of a raw tensor, from its name in the graph. */
const rawName = (name: string): string => (name === 'hidden' ? 'text_hidden' : name);

/** Runs one pack on one photo and writes the results to `options.out`. */
export async function runPhoto(options: RunOptions, io: CliIo): Promise<void> {
  const { image, notes } = await decodeImageFile(options.image);
  for (const note of [...options.notes, ...notes]) io.err(note);
  const runner = await openRunner(options.pack, options, io);
  const { latent, textHidden } = options;
  const out = await openOutput(options.out, { image: options.image, latent, 'text-hidden': textHidden });
  const raw = new Map<string, Plane>();
  const job: Job = { timings: [] };
  const shared: TaskOptions = {
    protocol: options.protocol,
    flip: options.flip,
    ...(options.latent === undefined ? {} : { latent: await readPlane(options.latent, 4) }),
    // Maps are left out: the tasks write them, cropped to the photo.
    ...(options.raw
      ? {
          features: options.features !== false,
          observe: (name, plane) => void (name.startsWith('maps') || raw.set(name, plane)),
        }
      : {}),
  };
  const facts = await TASKS[options.task]({ runner, photo: runner.photo(image), options, shared, job, out });
  for (const [name, plane] of raw) await out.plane(`${rawName(name)}.npy`, plane);
  await runner.close();

  const { words = [], cut = [] } = facts;
  for (const note of readingNotes({ words, cut })) io.err(note);
  if (options.json) io.out(JSON.stringify({ task: options.task, ...facts, files: out.names, timings: job.timings }));
  else {
    io.out(`${options.out}: ${out.names.join(', ')}`);
    if (facts.note !== undefined) io.out(facts.note);
    io.out(job.timings.map(describe).join(', '));
  }
}

const describe = ({ stage, ms, cached }: StageTiming): string =>
  `${stage} ${cached ? 'cached' : `${ms.toFixed(0)} ms`}`;

export const command: Command = {
  summary: 'depth, mask, classes or attention maps of one photo',
  help,
  async run(args, io) {
    await runPhoto(parseRunOptions(args), io);
    return 0;
  },
};
