import { join } from 'node:path';
import { ADE20K_CLASSES } from '../../convert/ade20k.ts';
import { VpdError } from '../../errors.ts';
import { decodeImageFile } from '../decode-node.ts';
import { exists } from '../files/paths.ts';
import type { DataOptions, SegmentData } from './data.ts';
import { filesOf, listFolder, pairUp, readGreyPng } from './files.ts';

/** Label of pixels without a class, which are 0 in the files. */
const IGNORE = 255;

/** Returns the root of ADE20K's scene parsing benchmark, at or below a folder; undefined if it is not there. */
export async function findAde20k(data: string): Promise<string | undefined> {
  for (const root of [data, join(data, 'ADEChallengeData2016')])
    if (await exists(join(root, 'annotations'))) return root;
  return undefined;
}

/** Opens ADEChallengeData2016: images/SPLIT/*.jpg with annotations/SPLIT/*.png, where 0 is unlabelled and class k is stored as k + 1. */
export async function ade20kData(root: string, { split = 'validation' }: DataOptions): Promise<SegmentData> {
  const splits = await listFolder(join(root, 'annotations'));
  if (!splits.includes(split))
    throw new VpdError(
      'bad-request',
      `ADE20K at ${root} has no split "${split}"; it has ${splits.join(', ') || 'none'}.`,
    );
  const pairs = await pairUp(root, join('images', split), join('annotations', split));
  return {
    definition: '',
    split,
    files: () => filesOf(pairs),
    names: ADE20K_CLASSES,
    ignore: IGNORE,
    items: pairs.map(({ stem, photo, truth }) => ({
      id: stem,
      photo: async () => (await decodeImageFile(photo)).image,
      async truth() {
        const { width, height, data } = await readGreyPng(truth);
        let most = 0;
        for (const value of data) most = Math.max(most, value);
        if (most > ADE20K_CLASSES.length)
          throw new VpdError(
            'bad-file',
            `${truth} holds the value ${most}; the benchmark's annotations go from 0 to ${ADE20K_CLASSES.length}, so these are of another set.`,
          );
        return { width, height, data: Uint8Array.from(data, (value) => (value === 0 ? IGNORE : value - 1)) };
      },
    })),
  };
}
