import { join } from 'node:path';
import { VpdError } from '../../errors.ts';
import { maskOf, parseClassMeta, parseDepthMeta, parseRefs, type Ref } from '../../eval/layout.ts';
import { decodeImageFile } from '../decode-node.ts';
import { sha256 } from '../files/sha256.ts';
import type { DepthData, ReferData, SegmentData, Truth } from './data.ts';
import { filesOf, listFolder, pairUp, readGreyPng, readPngSamples, readText } from './files.ts';

const photoOf = (path: string) => async () => (await decodeImageFile(path)).image;

/** Opens `rgb/` with `depth/` of the same stems, and `meta.json`. */
export async function depthFolder(data: string): Promise<DepthData> {
  const meta = await readText(join(data, 'meta.json'));
  const { depth, eval: range, scenes } = parseDepthMeta(meta, 'meta.json');
  const pairs = await pairUp(data, 'rgb', 'depth');
  return {
    definition: sha256(meta),
    files: () => filesOf(pairs),
    range,
    items: pairs.map(({ stem, photo, truth }) => ({
      id: stem,
      photo: photoOf(photo),
      // A pack with one scene would refuse the data's names.
      scene: (known) => (known.length > 1 ? scenes[stem] : undefined),
      async truth() {
        const { width, height, data: values } = await readGreyPng(truth);
        return { width, height, data: Float32Array.from(values, (value) => value * depth.scale + depth.offset) };
      },
    })),
  };
}

/** Opens `rgb/` with `label40/` (or another folder label…) of the same stems, and `classes.json`. */
export async function segmentFolder(data: string): Promise<SegmentData> {
  const text = await readText(join(data, 'classes.json'));
  const meta = parseClassMeta(text, 'classes.json');
  const labels = (await listFolder(data)).find((name) => name.startsWith('label'));
  if (!labels) throw new VpdError('missing', `${data} has no folder of labels; "label40" with PNG files was expected.`);
  const pairs = await pairUp(data, 'rgb', labels);
  return {
    ...meta,
    definition: sha256(text, labels),
    files: () => filesOf(pairs),
    items: pairs.map(({ stem, photo, truth }) => ({
      id: stem,
      photo: photoOf(photo),
      truth: () => readGreyPng(truth),
    })),
  };
}

/** Opens `refs.json` and the files that it names. */
export async function referFolder(data: string): Promise<ReferData> {
  const text = await readText(join(data, 'refs.json'));
  const refs = parseRefs(text, 'refs.json');
  return {
    definition: sha256(text),
    files: () =>
      refs.flatMap(({ image, mask }) =>
        [image, ...(typeof mask === 'string' ? [mask] : [])].map((name) => join(data, name)),
      ),
    items: refs.map((ref, i) => ({
      id: `${i} ${ref.image} ${ref.expression}`,
      image: ref.image,
      expression: ref.expression,
      photo: photoOf(join(data, ref.image)),
      truth: ref.mask === undefined ? undefined : maskTruth(data, ref.mask),
    })),
  };
}

/** Reads a mask, 1 inside; of a PNG with several channels, the first counts. */
const maskTruth = (folder: string, mask: NonNullable<Ref['mask']>) => async (): Promise<Truth<Uint8Array>> => {
  if (typeof mask !== 'string') return { width: mask.size[1], height: mask.size[0], data: maskOf(mask) };
  const { width, height, channels, data } = await readPngSamples(join(folder, mask));
  return { width, height, data: Uint8Array.from({ length: width * height }, (_, i) => (data[i * channels] ? 1 : 0)) };
};
