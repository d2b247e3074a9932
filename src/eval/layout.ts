import * as v from 'valibot';
import { VpdError } from '../errors.ts';
import { decodeRle, type Rle, rleFromString } from '../image/mask.ts';
import { parseJson } from '../json.ts';

/** `meta.json` of a depth folder: metres = value · scale + offset; which pixels count; scene names by file stem. */
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
 * `refs.json` of a referring folder: paths are relative to it; a mask is a PNG (non-zero = inside) or COCO RLE. `"absent": true` says
 * that nothing in the photo fits the expression; then there is no mask.
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

export const parseDepthMeta = (text: string, name: string): DepthMeta => parseEvalFile(DepthMeta, text, name);
export const parseClassMeta = (text: string, name: string): ClassMeta => parseEvalFile(ClassMeta, text, name);

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

/** The mask [height,width] of an RLE. */
export const maskOf = (rle: v.InferOutput<typeof CocoRle>): Uint8Array => decodeRle(rleOf(rle));

/** A file that `eval` reads. @throws VpdError bad-file, saying where its layout is described */
export const parseEvalFile = <const S extends v.GenericSchema>(schema: S, text: string, name: string) =>
  parseJson(schema, text, name, 'see "eval --help"');
