import { join } from 'node:path';
import { VpdError } from '../../errors.ts';
import { readInstances, readRefs, refsOfSplit } from '../../eval/refcoco.ts';
import { decodeImageFile } from '../decode-node.ts';
import { exists } from '../files/paths.ts';
import { sha256 } from '../files/sha256.ts';
import type { DataOptions, ReferData } from './data.ts';
import { listFolder, readBytes, readText } from './files.ts';

const REFS = /^refs\((\w+)\)\.p$/;
/** Usual folders of the photos, relative to the folder of the refs. */
const USUAL = [
  'train2014',
  'images',
  'images/train2014',
  '../images/mscoco/images/train2014',
  '../images/train2014',
  '../train2014',
];

export const isRefcoco = async (data: string): Promise<boolean> =>
  (await listFolder(data)).some((name) => REFS.test(name));

/**
 * Opens RefCOCO, RefCOCO+ or RefCOCOg as published: refs(unc|google|umd).p, instances.json and COCO's train2014 photos.
 * @throws VpdError bad-request, missing, bad-file
 */
export async function refcocoData(data: string, options: DataOptions): Promise<ReferData> {
  const { split = 'val' } = options;
  const file = await refsFile(data, options.splitBy);
  const pickle = await readBytes(join(data, file));
  const refs = refsOfSplit(readRefs(file, pickle), split);
  const json = await readText(join(data, 'instances.json'));
  const instances = readInstances('instances.json', json);
  const first = instances.image(refs[0]?.image ?? 0).file_name;
  const photos = await photoFolder(data, options.images, first);
  return {
    definition: sha256(pickle, json),
    split,
    // The truth is in instances.json, which `definition` covers.
    files: () => refs.map(({ image }) => join(photos, instances.image(image).file_name)),
    items: refs.flatMap((ref) =>
      ref.sentences.map(({ id, text }) => ({
        id: `ref ${ref.refId} sentence ${id}`,
        image: String(ref.image),
        expression: text,
        photo: async () => {
          const { file_name, width, height } = instances.image(ref.image);
          const { image } = await decodeImageFile(join(photos, file_name));
          if (image.width !== width || image.height !== height)
            throw new VpdError(
              'bad-file',
              `${join(photos, file_name)} is ${image.width}×${image.height} px and instances.json says ${width}×${height}; use COCO's own files.`,
            );
          return image;
        },
        truth: async () => {
          const image = instances.image(ref.image);
          return { width: image.width, height: image.height, data: instances.mask(ref.annotation, image) };
        },
      })),
    ),
  };
}

async function refsFile(data: string, splitBy: string | undefined): Promise<string> {
  const found = (await listFolder(data)).filter((name) => REFS.test(name));
  const owners = found.map((name) => REFS.exec(name)?.[1] ?? '');
  const [only] = found;
  if (splitBy === undefined && only !== undefined && found.length === 1) return only;
  if (splitBy === undefined)
    throw new VpdError('bad-request', `${data} has splits by ${owners.join(' and ')}; choose one with --split-by.`);
  if (!owners.includes(splitBy))
    throw new VpdError('missing', `${data} has no refs(${splitBy}).p; it has splits by ${owners.join(' and ')}.`);
  return `refs(${splitBy}).p`;
}

async function photoFolder(data: string, given: string | undefined, first: string): Promise<string> {
  const folders = given === undefined ? USUAL.map((folder) => join(data, folder)) : [given];
  for (const folder of folders) if (await exists(join(folder, first))) return folder;
  throw new VpdError(
    'missing',
    given === undefined
      ? `COCO's photos were not found near ${data} (looked for ${first} in ${USUAL.join(', ')}); give the folder train2014 with --images.`
      : `${given} has no ${first}; --images must be the folder of COCO's train2014 photos.`,
  );
}
