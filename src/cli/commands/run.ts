import type { StageTiming } from '../../engine/results.ts';
import type { CliIo, Command } from '../command.ts';
import { decodeImageFile } from '../decode-node.ts';
import { RUNTIME_HELP } from '../options.ts';
import { refuseUnreadFeatures } from '../run/attention.ts';
import { openOutput } from '../run/files.ts';
import { parseRunOptions } from '../run/options.ts';
import { runPhoto } from '../run/photo.ts';
import { openRunner } from '../runner.ts';

const help = `Usage: npm run vpd -- run depth|refer|segment|attention --pack DIR --image FILE --out DIR [OPTIONS]

Runs a pack on one photo: writes pictures and prints figures; with --raw, also writes arrays.

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
  --protocol P           fit (default): resized to the pack's working size, results at the photo's size, along its edges if the pack
                         says so. The others give the network's own output; direct: never resized, zero-padded and cropped
                         back; paper: as the task was published
  --flip                 depth, segment: average with the prediction of the mirrored photo
  --raw                  also writes arrays (below)
  --features             with --raw: also the UNet's features, feature0.npy … feature3.npy
  --json                 figures as one JSON object
${RUNTIME_HELP}

Pictures (PNG, of the photo's size):
  depth      depth.png: 16 bits, millimetres, 0 = unknown; depth-color.png
  refer      mask.png: 255 inside; overlay.png; with --without also mask-without.png, overlay-without.png
  segment    labels.png: index of the class; overlay.png
  attention  attention-N-WORD.png: where token N looks
Arrays with --raw (NumPy; float32 unless stated; H×W is the photo's size):
  depth      depth.npy [H,W], metres
  refer      logits.npy [2,H,W]: background, object; probability-without.npy [H,W]; with --zero-shot score.npy [H,W] instead
  segment    labels.npy [H,W], uint8; logits.npy [classes,h,w], at the network's size
  attention  eps.npy [1,4,h,w] of a plain Stable Diffusion backbone
  all        latent.npy [1,4,h,w]; attention.levelN.npy [tokens,h,w], mean over layers and heads, and the finest again as attention.npy
             (of attention also without --raw; not of depth); with a prompt text_hidden.npy [tokens,context]`;

async function run(args: readonly string[], io: CliIo): Promise<number> {
  const options = parseRunOptions(args);
  const { image, notes } = await decodeImageFile(options.image);
  for (const note of [...options.notes, ...notes]) io.err(note);
  const runner = await openRunner(options.pack, options, io);
  refuseUnreadFeatures(runner.config, options);
  const { latent, textHidden } = options;
  const out = await openOutput(options.out, { image: options.image, latent, 'text-hidden': textHidden });
  const { facts, timings } = await runPhoto(runner, image, options, out, io);
  await runner.close();
  const { line, ...figures } = facts;
  if (options.json) io.out(JSON.stringify({ task: options.task, ...figures, files: out.names, timings }));
  else {
    io.out(`${options.out}: ${out.names.join(', ')}`);
    if (line !== undefined) io.out(line);
    if (facts.note !== undefined) io.out(facts.note);
    io.out(timings.map(describe).join(', '));
  }
  return 0;
}

const describe = ({ stage, ms, cached }: StageTiming): string =>
  `${stage} ${cached ? 'cached' : `${ms.toFixed(0)} ms`}`;

export const command: Command = {
  summary: 'depth, mask, classes or attention maps of one photo',
  help,
  run,
};
