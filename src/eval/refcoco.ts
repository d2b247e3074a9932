import * as v from 'valibot';
import { VpdError } from '../errors.ts';
import { MAX_PIXELS } from '../image/formats/sniff.ts';
import { decodeRle, type Rle } from '../image/masks/mask.ts';
import { rasterizePolygon } from '../image/masks/rasterize.ts';
import { parseText } from '../json.ts';
import { unpickle } from '../weights/torch/pickle.ts';
import { inWords, isKind, type PickleDict, type PickleValue } from '../weights/torch/pickle-values.ts';
import { CocoRle, rleOf } from './layout.ts';

/** An object of a COCO photo and the sentences that describe it. */
export interface CocoRef {
  readonly refId: number;
  readonly annotation: number;
  readonly image: number;
  readonly split: string;
  readonly sentences: readonly { readonly id: number; readonly text: string }[];
}

/** Reads `refs(unc|google|umd).p`, a pickled list of dicts, without executing anything in it. @throws VpdError bad-file */
export function readRefs(file: string, bytes: Uint8Array): readonly CocoRef[] {
  const { value } = unpickle(file, bytes, { call: () => undefined, persistent: () => null });
  if (!isKind(value, 'list')) throw wrong(file, 'the whole', 'a list', value);
  return value.items.map((item, i) => {
    const where = `ref ${i}`;
    if (!isKind(item, 'dict')) throw wrong(file, where, 'a dict', item);
    const sentences = field(item, 'sentences');
    if (!isKind(sentences, 'list')) throw wrong(file, `${where}, sentences`, 'a list', sentences);
    return {
      refId: number(file, where, item, 'ref_id'),
      annotation: number(file, where, item, 'ann_id'),
      image: number(file, where, item, 'image_id'),
      split: text(file, where, item, 'split'),
      sentences: sentences.items.map((sentence) => {
        if (!isKind(sentence, 'dict')) throw wrong(file, `${where}, a sentence`, 'a dict', sentence);
        return { id: number(file, where, sentence, 'sent_id'), text: text(file, where, sentence, 'sent') };
      }),
    };
  });
}

const field = (dict: PickleDict, name: string): PickleValue | undefined => dict.entries.get(name);

function number(file: string, where: string, dict: PickleDict, name: string): number {
  const value = field(dict, name);
  if (typeof value !== 'number') throw wrong(file, `${where}, ${name}`, 'a number', value);
  return value;
}

function text(file: string, where: string, dict: PickleDict, name: string): string {
  const value = field(dict, name);
  if (typeof value !== 'string') throw wrong(file, `${where}, ${name}`, 'text', value);
  return value;
}

const wrong = (file: string, where: string, expected: string, found: PickleValue | undefined) =>
  new VpdError(
    'bad-file',
    `${file}: ${where} is ${inWords(found)} where ${expected} was expected; take the file as it was published.`,
  );

/**
 * Returns the refs of a split as the benchmark's code selects them: `testA` and `testB` by their letter, `test` = all test splits.
 * @throws VpdError bad-request for a split without refs, with the existing splits
 */
export function refsOfSplit(refs: readonly CocoRef[], split: string): readonly CocoRef[] {
  const wanted = /^test[A-C]$/.test(split)
    ? (of: string) => of.includes(split.slice(-1))
    : split === 'test'
      ? (of: string) => of.startsWith('test')
      : (of: string) => of === split;
  const found = refs.filter((ref) => wanted(ref.split));
  if (found.length === 0)
    throw new VpdError(
      'bad-request',
      `No expression belongs to the split "${split}"; the file has ${[...new Set(refs.map((ref) => ref.split))].sort().join(', ')}.`,
    );
  return found;
}

const Segmentation = v.union([v.array(v.array(v.number())), CocoRle]);
const Annotation = v.object({ id: v.number(), segmentation: Segmentation });
const Side = v.pipe(v.number(), v.integer(), v.minValue(1));
const Image = v.pipe(
  v.object({ id: v.number(), file_name: v.string(), width: Side, height: Side }),
  v.forward(
    v.check(({ width, height }) => width * height <= MAX_PIXELS),
    ['width'],
  ),
);
export type CocoImage = v.InferOutput<typeof Image>;

export interface Instances {
  /** Returns an image's entry. @throws VpdError missing, bad-file */
  image(id: number): CocoImage;
  /** Returns the annotated object's mask: 1 inside, row-major, at the size of its image. @throws VpdError missing, bad-file */
  mask(annotation: number, image: CocoImage): Uint8Array;
}

/** Reads COCO's `instances.json`. Entries are checked only on request, because the file lists hundreds of thousands of objects. */
export function readInstances(file: string, json: string): Instances {
  const value = parseText(json, `${file} is not JSON, or cut off; download it again.`);
  const lists = v.safeParse(
    v.object({
      images: v.array(v.looseObject({ id: v.number() })),
      annotations: v.array(v.looseObject({ id: v.number() })),
    }),
    value,
  );
  if (!lists.success)
    throw new VpdError(
      'bad-file',
      `${file} has no lists "images" and "annotations" of entries with an "id", so it is not COCO's.`,
    );
  const images = new Map(lists.output.images.map((image) => [image.id, image]));
  const annotations = new Map(lists.output.annotations.map((annotation) => [annotation.id, annotation]));
  return {
    image: (id) => entry(file, 'image', Image, images.get(id), id),
    mask(id, { width, height }) {
      const { segmentation } = entry(file, 'annotation', Annotation, annotations.get(id), id);
      return cocoMask(segmentation, width, height);
    },
  };
}

function entry<const S extends v.GenericSchema>(file: string, noun: string, schema: S, value: unknown, id: number) {
  if (value === undefined)
    throw new VpdError('missing', `${file} has no ${noun} ${id}, which a ref names; the two files are not of one set.`);
  const parsed = v.safeParse(schema, value);
  if (!parsed.success)
    throw new VpdError(
      'bad-file',
      `${file}: ${noun} ${id} is malformed at "${v.getDotPath(parsed.issues[0]) ?? 'the whole'}".`,
    );
  return parsed.output;
}

/**
 * Converts COCO's segmentation to a mask. Several polygons form one object; pixels inside two of them are outside it, as in the benchmark's
 * code, which sums the polygons' masks and keeps pixels equal to 1.
 */
export function cocoMask(segmentation: v.InferOutput<typeof Segmentation>, width: number, height: number): Uint8Array {
  const rles: readonly Rle[] =
    'counts' in segmentation
      ? [rleOf(segmentation)]
      : segmentation.map((polygon) => rasterizePolygon(polygon, width, height));
  const sum = new Uint8Array(width * height);
  for (const rle of rles) {
    const [rows, columns] = rle.size;
    if (rows !== height || columns !== width)
      throw new VpdError('bad-file', `A mask of ${columns}×${rows} px belongs to a photo of ${width}×${height}.`);
    const mask = decodeRle(rle);
    for (let i = 0; i < sum.length; i++) sum[i] = Math.min(2, (sum[i] ?? 0) + (mask[i] ?? 0));
  }
  return sum.map((count) => (count === 1 ? 1 : 0));
}
