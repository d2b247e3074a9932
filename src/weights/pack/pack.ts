import { VpdError } from '../../errors.ts';
import { TASK_IDS } from '../../vpd/config.ts';
import type { StoredTensor, WeightIndex } from '../../vpd/graph.ts';
import { readRange } from '../blob.ts';
import { sameShape, showShape } from '../dtype.ts';
import { storedTensors } from '../quantize/stored-form.ts';
import { storedParameters } from '../quantize/stored-parameters.ts';
import { readSafetensorsHeader } from '../safetensors/safetensors.ts';
import { createSha256, type Hasher, sha256OfBlob } from '../sha256.ts';
import { listNames } from '../text.ts';
import { readModelCard } from './model-card.ts';
import type { PackConfig } from './pack-config.ts';
import { CONFIG_FILE, MAX_CONFIG_BYTES, parsePackConfig } from './pack-config.ts';
import type { PackSummary } from './pack-summary.ts';

export interface Pack {
  readonly config: PackConfig;
  readonly index: WeightIndex;
  /** The given files by name; `StoredTensor.file` is one of the names. */
  readonly files: ReadonlyMap<string, Blob>;
  readonly summary: PackSummary;
}

/** Names of the weight files of a pack, in order. */
export function weightFiles(config: PackConfig): readonly string[] {
  return Object.keys(config.files)
    .filter((name) => name.endsWith('.safetensors'))
    .sort();
}

/**
 * Collects the files of a pack by name.
 * @param which `all` files that the config lists, including the model card, or only the `weights`
 * @param find opens a file by name
 */
export async function gatherFiles<B extends Blob>(
  config: B,
  which: 'weights' | 'all',
  find: (name: string) => Promise<B>,
): Promise<ReadonlyMap<string, B>> {
  const parsed = parsePackConfig(await config.text());
  const files = new Map([[CONFIG_FILE, config]]);
  for (const name of which === 'all' ? Object.keys(parsed.files) : weightFiles(parsed))
    files.set(name, await find(name));
  return files;
}

/**
 * Opens a pack from its files by name (config.json and the weight files; others may be absent). Reads only headers. The tensors must be
 * exactly the parameters of the config in the form given by `weights`; `verifyPack` checks the hashes.
 * @throws VpdError missing, bad-file, unsupported
 */
export async function openPack(files: ReadonlyMap<string, Blob>, signal?: AbortSignal): Promise<Pack> {
  const configBlob = files.get(CONFIG_FILE);
  if (!configBlob) throw new VpdError('missing', `The pack has no ${CONFIG_FILE}. Choose all files of its folder.`);
  if (configBlob.size > MAX_CONFIG_BYTES)
    throw new VpdError(
      'bad-file',
      `${CONFIG_FILE} has ${configBlob.size} bytes, more than the ${MAX_CONFIG_BYTES} that it may have.`,
    );
  const config = parsePackConfig(
    new TextDecoder().decode(await readRange(configBlob, 0, configBlob.size, CONFIG_FILE, signal)),
  );

  const index = new Map<string, StoredTensor>();
  for (const name of weightFiles(config)) await indexFile(name, files, config, index, signal);
  checkParameters(config, index);
  return { config, index, files, summary: summarize(config) };
}

async function indexFile(
  name: string,
  files: ReadonlyMap<string, Blob>,
  config: PackConfig,
  index: Map<string, StoredTensor>,
  signal?: AbortSignal,
): Promise<void> {
  const blob = files.get(name);
  if (!blob)
    throw new VpdError('missing', `The pack’s ${name} is not among the files. Choose all files of its folder.`);
  const expected = config.files[name]?.bytes;
  if (blob.size !== expected)
    throw new VpdError(
      'bad-file',
      `${name} has ${blob.size} bytes and ${CONFIG_FILE} says ${expected}: it is truncated or of another pack. Download it again.`,
    );
  for (const { name: tensor, dtype, shape, bytes, offset } of (await readSafetensorsHeader(name, blob, signal))
    .entries) {
    if (dtype !== 'F32' && dtype !== 'F16' && dtype !== 'U8' && dtype !== 'I8')
      throw new VpdError(
        'bad-file',
        `${name}: tensor ${tensor} is ${dtype}, which no pack holds. Convert the checkpoint again.`,
      );
    if (index.has(tensor))
      throw new VpdError('bad-file', `${name} and another file of the pack both hold tensor ${tensor}.`);
    index.set(tensor, { file: name, offset, length: bytes, dtype, shape });
  }
}

function checkParameters(config: PackConfig, index: WeightIndex): void {
  const missing: string[] = [];
  const expected = new Set<string>();
  for (const parameter of storedParameters(config)) {
    for (const { name, dtype, shape } of storedTensors(parameter, config.weights)) {
      expected.add(name);
      const found = index.get(name);
      if (!found) missing.push(name);
      else if (found.dtype !== dtype || !sameShape(found.shape, shape))
        throw new VpdError(
          'bad-file',
          `${found.file}: tensor ${name} is ${found.dtype} ${showShape(found.shape)} and the config asks for ${dtype} ${showShape(shape)}.`,
        );
    }
  }
  if (missing.length > 0)
    throw new VpdError('bad-file', `The pack lacks ${listNames(missing, 'tensor')} that its config asks for.`);
  const extra = [...index.keys()].filter((name) => !expected.has(name));
  if (extra.length > 0)
    throw new VpdError('bad-file', `The pack holds ${listNames(extra, 'tensor')} that its config does not know.`);
}

/** Returns the pack with photos resized to this long side in pixels; the pack unchanged if its own long side is not larger. */
export function atLongSide(pack: Pack, longSide: number | undefined): Pack {
  const { working } = pack.config;
  if (longSide === undefined || longSide >= working.longSide) return pack;
  const { shortSide } = working;
  const short = shortSide && { shortSide: Math.max(1, Math.round((shortSide * longSide) / working.longSide)) };
  const smaller = { ...working, longSide, ...short };
  const hash = `${pack.summary.hash} at ${longSide} px`;
  const summary = { ...pack.summary, hash, working: smaller, learnedSide: working.longSide };
  return { ...pack, config: { ...pack.config, working: smaller }, summary };
}

/** Hex digits of the second part of a model's hash; enough to distinguish the few models made from the same weights. */
const SIZES_DIGITS = 8;

/**
 * Returns `PackSummary.hash` of the weights and of the settings that no weight shows: heads, maximum depth, calibration. Names and
 * provenance are left out because they do not affect results.
 */
function modelHash(config: PackConfig): string {
  const { vae, unet, text, tasks, working } = config;
  const hashes = weightFiles(config).map((name) => config.files[name]?.sha256 ?? '');
  const weights = hashes.length === 1 && hashes[0] !== undefined ? hashes[0] : sha256OfText(hashes.join('\n'));
  const sizes = sha256OfText(JSON.stringify({ vae, unet, text, tasks, working }));
  return `${weights}-${sizes.slice(0, SIZES_DIGITS)}`;
}

function sha256OfText(text: string): string {
  const hash = createSha256();
  hash.update(new TextEncoder().encode(text));
  return hash.hex();
}

/** Summarizes a config; does not need the weights. */
export function summarize(config: PackConfig): PackSummary {
  const absence = config.tasks.refer?.absence;
  const card = readModelCard(config.provenance);
  return {
    name: config.name,
    family: config.family,
    weights: config.weights,
    bytes: Object.values(config.files).reduce((sum, { bytes }) => sum + bytes, 0),
    hash: modelHash(config),
    tasks: TASK_IDS.filter((task) => config.tasks[task] !== undefined),
    scenes: config.tasks.depth?.scenes ?? [],
    classes: config.tasks.segment?.classes ?? [],
    maxTokens: config.text ? Math.min(config.text.maxTokens, config.tasks.refer?.tokens ?? config.text.maxTokens) : 0,
    working: config.working,
    licence: config.licence,
    ...(card ? { card } : {}),
    ...(absence ? { absence } : {}),
  };
}

/**
 * Reads every file once and compares its sha256 with config.json; skips absent files.
 * @param newHash a faster sha256, where there is one
 * @throws VpdError bad-file
 */
export async function verifyPack(
  pack: Pack,
  signal?: AbortSignal,
  onBytes?: (bytes: number) => void,
  newHash: () => Pick<Hasher, 'update' | 'hex'> = createSha256,
): Promise<void> {
  for (const [name, { sha256 }] of Object.entries(pack.config.files)) {
    const blob = pack.files.get(name);
    if (!blob) continue;
    const found = await sha256OfBlob(name, blob, signal, onBytes, newHash());
    if (found !== sha256)
      throw new VpdError(
        'bad-file',
        `${name} has sha256 ${found} and ${CONFIG_FILE} says ${sha256}: it is damaged. Download it again.`,
      );
  }
}
