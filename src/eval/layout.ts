import * as v from 'valibot';
import { VpdError } from '../errors.ts';
import { decodeRle, type Rle, rleFromString } from '../image/masks/mask.ts';
import { parseJson } from '../json.ts';
import { plainName } from './segment.ts';

/** `meta.json` of a depth folder: metres = value · scale + offset; the pixels to evaluate; scene names by file stem. */
const DepthMeta = v.object({
  depth: v.object({ scale: v.number(), offset: v.number() }),
  eval: v.object({
    min: v.number(),
    max: v.number(),
    crop: v.optional(v.nullable(v.tuple([v.number(), v.number(), v.number(), v.number()])), null),
  }),
  scenes: v.optional(v.record(v.string(), v.string()), {}),
});
export type DepthMeta = v.InferOutput<typeof DepthMeta>;

/** `classes.json` of a semantic folder. */
const ClassMeta = v.object({ names: v.array(v.string()), ignore: v.optional(v.number(), 255) });
export type ClassMeta = v.InferOutput<typeof ClassMeta>;

/** COCO RLE, compressed or not. */
export const CocoRle = v.object({
  size: v.tuple([v.number(), v.number()]),
  counts: v.union([v.string(), v.array(v.number())]),
});

/**
 * `refs.json` of a referring folder: paths are relative to it; a mask is a PNG (non-zero = inside) or COCO RLE. `"absent": true` means
 * that nothing in the photo fits the expression, so there is no mask.
 */
const Refs = v.array(
  v.object({
    image: v.string(),
    expression: v.string(),
    mask: v.exactOptional(v.union([v.string(), CocoRle])),
    absent: v.exactOptional(v.boolean()),
  }),
);
export type Ref = v.InferOutput<typeof Refs>[number];

export function parseDepthMeta(text: string, name: string): DepthMeta {
  const meta = parseEvalFile(DepthMeta, text, name);
  const { scale, offset } = meta.depth;
  const { min, max, crop } = meta.eval;
  const wrong = (entry: string, rule: string) =>
    new VpdError('bad-file', `${name}: "${entry}" breaks the rule ${rule}; see "eval --help".`);
  if (!Number.isFinite(scale) || scale === 0 || !Number.isFinite(offset))
    throw wrong('depth', 'that scale is not 0 and both numbers are finite');
  // Metrics take logarithms and ratios, so min is above 0.
  if (!(min > 0 && min < max && Number.isFinite(max))) throw wrong('eval', '0 < min < max');
  const [top = 0, bottom = 1, left = 0, right = 1] = crop ?? [];
  const whole = [top, bottom, left, right].every(Number.isInteger);
  if (!whole || !(top >= 0 && top < bottom && left >= 0 && left < right))
    throw wrong('eval.crop', '0 ≤ top < bottom and 0 ≤ left < right in whole pixels');
  return meta;
}

export function parseClassMeta(text: string, name: string): ClassMeta {
  const meta = parseEvalFile(ClassMeta, text, name);
  if (!Number.isInteger(meta.ignore))
    throw new VpdError(
      'bad-file',
      `${name}: "ignore" is ${meta.ignore}; a label is a whole number, see "eval --help".`,
    );
  const names = meta.names.map(plainName);
  const twin = names.findIndex((each, i) => names.indexOf(each) < i);
  if (twin >= 0)
    throw new VpdError(
      'bad-file',
      `${name}: "names" has "${meta.names[twin]}" twice (case and underscores do not count); see "eval --help".`,
    );
  return meta;
}

export function parseRefs(text: string, name: string): readonly Ref[] {
  const refs = parseEvalFile(Refs, text, name);
  const odd = refs.findIndex(({ mask, absent = false }) => absent === (mask !== undefined));
  if (odd >= 0)
    throw new VpdError(
      'bad-file',
      `${name}: "${odd}" has ${refs[odd]?.absent ? 'both a mask and' : 'neither a mask nor'} "absent": true; see "eval --help".`,
    );
  return refs;
}

export const rleOf = ({ size, counts }: v.InferOutput<typeof CocoRle>): Rle => ({
  size,
  counts: typeof counts === 'string' ? rleFromString(counts) : counts,
});

/** Decodes an RLE to its mask [height,width]. */
export const maskOf = (rle: v.InferOutput<typeof CocoRle>): Uint8Array => decodeRle(rleOf(rle));

/** Checks a JSON file that `eval` reads. @throws VpdError bad-file, which says where its layout is described */
export const parseEvalFile = <const S extends v.GenericSchema>(schema: S, text: string, name: string) =>
  parseJson(schema, text, name, 'see "eval --help"');
