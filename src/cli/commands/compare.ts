import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Difference, difference } from '../../difference.ts';
import { VpdError } from '../../errors.ts';
import { readNpy } from '../../image/formats/npy.ts';
import type { CliIo, Command } from '../command.ts';
import { required } from '../options.ts';
import { parseRunOptions } from '../run/options.ts';
import { runPhoto } from './run.ts';

const help = `Usage: npm run vpd -- compare depth|refer|segment|attention --pack DIR [--pack DIR …] --reference DIR --image FILE [OPTIONS]

Runs the same photo through each pack and through the reference (e.g. the same checkpoint converted with --weights f32) and prints
the difference of every tensor: latent, hidden states, features, maps, output.

  --pack DIR             a pack to compare; may be repeated; the sha256 of its weights is checked
  --reference DIR        the reference pack; it runs in f32
  --float f32|f16        precision of tensors between operators in the packs
  --json                 one JSON object
  and all other options of run except --out`;

type Arrays = ReadonlyMap<string, ArrayLike<number>>;

/** Returns every array that `run --raw --features` writes. Its output is not printed, only its notes, because its files are temporary. */
async function arraysOf(pack: string, args: readonly string[], io: CliIo): Promise<Arrays> {
  io.err(`running ${pack}`);
  const out = await mkdtemp(join(tmpdir(), 'vpd-compare-'));
  try {
    // Both are always set below.
    const others = args.filter((each) => each !== '--features' && each !== '--raw');
    const options = parseRunOptions([...others, '--pack', pack, '--out', out, '--raw']);
    const quiet = { out: () => undefined, err: io.err };
    await runPhoto({ ...options, features: 'if any', keepOverflow: true }, quiet);
    const arrays = new Map<string, ArrayLike<number>>();
    for (const name of (await readdir(out)).filter((file) => file.endsWith('.npy')).sort()) {
      // attention.npy is a copy of the finest level, which is compared under its own name.
      if (name === 'attention.npy') continue;
      const { data } = readNpy(new Uint8Array(await readFile(join(out, name))), name);
      if (!(data instanceof BigInt64Array)) arrays.set(name.replace('.npy', ''), data);
    }
    return arrays;
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

/** Separates the options of `compare` from those that are passed on to `run`. */
function ownOptions(args: readonly string[]) {
  const own: Record<'pack' | 'reference' | 'float', string[]> = { pack: [], reference: [], float: [] };
  const rest: string[] = [];
  let json = false;
  for (let i = 0; i < args.length; i++) {
    const [, name, joined] = /^--(pack|reference|float|out)(?:=(.*))?$/.exec(args[i] ?? '') ?? [];
    if (name === 'out') throw new VpdError('bad-request', 'compare writes no files; leave out --out.');
    if (name === 'pack' || name === 'reference' || name === 'float') own[name].push(joined ?? args[++i] ?? '');
    else if (args[i] === '--json') json = true;
    else rest.push(args[i] ?? '');
  }
  for (const name of ['reference', 'float'] as const)
    if (own[name].length > 1)
      throw new VpdError(
        'bad-request',
        `compare takes one --${name}, not ${own[name].length}: ${own[name].join(', ')}.`,
      );
  return { packs: own.pack, reference: own.reference[0], float: own.float[0], json, rest };
}

async function run(args: readonly string[], io: CliIo): Promise<number> {
  const { packs, reference, float, json, rest } = ownOptions(args);
  required('--pack', packs[0]);
  const want = await arraysOf(required('--reference', reference), rest, io);
  const rows: { pack: string; differences: readonly Difference[] }[] = [];
  for (const pack of packs) {
    const got = await arraysOf(pack, float === undefined ? rest : [...rest, '--float', float], io);
    const missing = [...want.keys()].filter((name) => !got.has(name));
    if (missing.length > 0)
      throw new VpdError('bad-request', `${pack} gives no ${missing.join(', ')}: the packs are not of one checkpoint.`);
    rows.push({ pack, differences: [...want].map(([name, values]) => difference(name, got.get(name) ?? [], values)) });
  }
  if (json) io.out(JSON.stringify({ reference, float: float ?? 'f32', packs: rows }));
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
