import * as v from 'valibot';
import { VpdError } from '../errors.ts';
import type { DepthRange } from '../eval/depth.ts';
import { CocoRle, maskOf } from '../eval/layout.ts';
import { decodePngSamples } from '../image/formats/png.ts';
import { parseJson } from '../json.ts';

/** Ground truth of a sample, rendered together with its photo. Planes have the photo's size. */
export interface SampleTruth {
  readonly width: number;
  readonly height: number;
  readonly metres: Float32Array;
  /** The depths that are evaluated. */
  readonly range: DepthRange;
  /** Index into `names`, or `ignore`. */
  readonly labels: Uint8Array;
  readonly names: readonly string[];
  readonly ignore: number;
  /** Masks by expression: 1 inside the object. */
  readonly masks: ReadonlyMap<string, Uint8Array>;
}

/** `truth.json`; names of files are relative to it. Depth and evaluation are written as in `meta.json` of an evaluation folder. */
const TruthFile = v.object({
  depth: v.object({ file: v.string(), scale: v.number(), offset: v.number() }),
  eval: v.object({
    min: v.number(),
    max: v.number(),
    crop: v.nullable(v.tuple([v.number(), v.number(), v.number(), v.number()])),
  }),
  labels: v.object({ file: v.string(), names: v.array(v.string()), ignore: v.number() }),
  expressions: v.array(v.object({ expression: v.string(), mask: CocoRle })),
});

/**
 * Reads a sample's ground truth.
 * @param read returns `truth.json` and the files that it names
 * @throws VpdError bad-file if it is malformed or its planes have different sizes
 */
export async function readTruth(read: (name: string) => Promise<Blob>): Promise<SampleTruth> {
  const name = 'truth.json';
  const file = parseJson(TruthFile, await (await read(name)).text(), name, 'write the sample again');
  const plane = async (path: string) => decodePngSamples(new Uint8Array(await (await read(path)).arrayBuffer()), path);
  const [depth, labels] = await Promise.all([plane(file.depth.file), plane(file.labels.file)]);
  const { width, height } = depth;
  const masks = new Map(file.expressions.map(({ expression, mask }) => [expression, maskOf(mask)]));
  const sizes = [depth.data, labels.data, ...masks.values()].map(({ length }) => length);
  if (sizes.some((size) => size !== width * height))
    throw new VpdError('bad-file', `${name} names planes of different sizes; write the sample again.`);
  return {
    width,
    height,
    metres: Float32Array.from(depth.data, (value) => value * file.depth.scale + file.depth.offset),
    range: file.eval,
    labels: Uint8Array.from(labels.data),
    names: file.labels.names,
    ignore: file.labels.ignore,
    masks,
  };
}
