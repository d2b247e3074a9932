import { type Difference, difference } from '../../difference.ts';
import { VpdError } from '../../errors.ts';
import type { RgbImage } from '../../image/rgb.ts';
import type { CliIo, Command } from '../command.ts';
import { decodeImageFile } from '../decode-node.ts';
import { required } from '../options.ts';
import { collectArrays } from '../run/files.ts';
import { type PhotoOptions, parsePhotoArgs, photoOptions } from '../run/options.ts';
import { runPhoto } from '../run/photo.ts';
import { openRunner } from '../runner.ts';
import { givenOptions } from '../scopes.ts';

const help = `Usage: npm run vpd -- compare depth|refer|segment|attention --pack DIR [--pack DIR …] --reference DIR --image FILE [OPTIONS]

Runs the same photo through each pack and through the reference (e.g. the same checkpoint converted with --weights f32) and prints
the difference of every tensor: latent, hidden states, features, maps, output.

  --pack DIR             a pack to compare; may be repeated; the sha256 of its weights is checked
  --reference DIR        the reference pack; it runs in f32
  --float f32|f16        precision of tensors between operators in the packs
  --json                 one JSON object
  and the other options of run, except --out, --raw and --features: every tensor is compared, and nothing is written`;

const OWN_OPTIONS = {
  pack: { type: 'string', multiple: true },
  reference: { type: 'string' },
  out: { type: 'string' },
} as const;

function parseOptions(args: readonly string[]) {
  const { values, positionals, tokens } = parsePhotoArgs(args, OWN_OPTIONS);
  if (values.out !== undefined) throw new VpdError('bad-request', 'compare writes no files; leave out --out.');
  for (const name of ['reference', 'float']) {
    const given = tokens.flatMap((token) => (token.kind === 'option' && token.name === name ? [token.value] : []));
    if (given.length > 1)
      throw new VpdError('bad-request', `compare takes one --${name}, not ${given.length}: ${given.join(', ')}.`);
  }
  const packs = values.pack ?? [];
  required('--pack', packs[0]);
  const reference = required('--reference', values.reference);
  const photo = photoOptions(values, positionals, givenOptions(tokens));
  return { packs, reference, json: values.json, photo };
}

/** Returns every array that `run --raw --features` writes, sorted by name. */
async function arraysOf(pack: string, image: RgbImage, photo: PhotoOptions, io: CliIo) {
  io.err(`running ${pack}`);
  const runner = await openRunner(pack, { ...photo, keepOverflow: true }, io);
  const out = collectArrays();
  await runPhoto(runner, image, { ...photo, raw: true, features: true }, out, io);
  await runner.close();
  return new Map([...out.arrays].sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function run(args: readonly string[], io: CliIo): Promise<number> {
  const { packs, reference, json, photo } = parseOptions(args);
  const { image, notes } = await decodeImageFile(photo.image);
  for (const note of [...photo.notes, ...notes]) io.err(note);
  const want = await arraysOf(reference, image, { ...photo, float: 'f32' }, io);
  const rows: { pack: string; differences: readonly Difference[] }[] = [];
  for (const pack of packs) {
    const got = await arraysOf(pack, image, photo, io);
    const missing = [...want.keys()].filter((name) => !got.has(name));
    if (missing.length > 0)
      throw new VpdError('bad-request', `${pack} gives no ${missing.join(', ')}: the packs are not of one checkpoint.`);
    rows.push({ pack, differences: [...want].map(([name, values]) => difference(name, got.get(name) ?? [], values)) });
  }
  if (json) io.out(JSON.stringify({ reference, float: photo.float, packs: rows }));
  else for (const row of rows) print(row, io);
  return rows.some(({ differences }) => differences.some(({ notFinite }) => notFinite > 0)) ? 1 : 0;
}

function print({ pack, differences }: { pack: string; differences: readonly Difference[] }, io: CliIo): void {
  io.out(pack);
  for (const { tensor, relative, max, notFinite } of differences) {
    const bad = notFinite > 0 ? `, ${notFinite} NaN or infinite` : '';
    io.out(`  ${tensor.padEnd(24)}relative ${relative.toExponential(2)}, max ${max.toExponential(2)}${bad}`);
  }
}

export const command: Command = {
  summary: 'differences between packs and a reference pack, tensor by tensor',
  help,
  run,
};
