import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plane } from '../../engine/pipeline.ts';
import type { AttentionMaps } from '../../engine/results.ts';
import { VpdError } from '../../errors.ts';
import { writeNpy } from '../../image/formats/npy.ts';
import { encodeMaskPng, encodePng8 } from '../../image/formats/png.ts';
import type { RgbImage } from '../../image/rgb.ts';
import { heatColours } from '../../tasks/attention/heat-colours.ts';
import { meanMap } from '../../tasks/attention/heat-map.ts';
import { refersToOneOf } from '../files/paths.ts';

type NumberArray = Float32Array | Uint8Array;

/** Where a task writes its files. */
export interface OutputFolder {
  bytes(name: string, bytes: Uint8Array): Promise<void>;
  npy(name: string, data: NumberArray, shape: readonly number[]): Promise<void>;
  plane(name: string, plane: Plane): Promise<void>;
}

/**
 * Creates an output folder; `names` lists the files written so far.
 * @param inputs input files by option, which must not be overwritten
 * @throws VpdError storage; writing also throws bad-request for a file that is an input
 */
export async function openOutput(
  folder: string,
  inputs: Readonly<Record<string, string | undefined>>,
): Promise<OutputFolder & { readonly names: readonly string[] }> {
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw new VpdError('storage', `The folder ${folder} cannot be created; give another --out.`, { cause });
  });
  const names: string[] = [];
  const bytes = async (name: string, content: Uint8Array): Promise<void> => {
    const path = join(folder, name);
    for (const [option, input] of Object.entries(inputs))
      if (input !== undefined && (await refersToOneOf(path, [input])))
        throw new VpdError(
          'bad-request',
          `${path} is the file of --${option}, and it would be replaced; give another --out.`,
        );
    await writeFile(path, content).catch((cause: unknown) => {
      throw new VpdError('storage', `${path} cannot be written; make room or give another --out.`, { cause });
    });
    names.push(name);
  };
  const npy: OutputFolder['npy'] = (name, data, shape) => bytes(name, writeNpy(data.slice(), shape));
  return { names, bytes, npy, plane: (name, { data, dims }) => npy(name, data, dims) };
}

/** Keeps the arrays in memory, by name without extension, and no pictures. */
export function collectArrays(): OutputFolder & { readonly arrays: ReadonlyMap<string, NumberArray> } {
  const arrays = new Map<string, NumberArray>();
  const npy: OutputFolder['npy'] = async (name, data) => {
    if (name !== FINEST_MAPS) arrays.set(name.replace(/\.npy$/, ''), data);
  };
  return { arrays, bytes: async () => undefined, npy, plane: (name, { data, dims }) => npy(name, data, dims) };
}

/** Share of the photo that shows through a coloured overlay. */
const PHOTO_SHARE = 0.45;

/**
 * PNG of a photo with colours blended over it.
 * @param colourOf value of a pixel's channel (0 red, 1 green, 2 blue), 0…255
 * @param where whether a pixel is coloured; by default all are
 */
export function overlayPng(
  { width, height, data }: RgbImage,
  colourOf: (pixel: number, channel: number) => number | undefined,
  where: (pixel: number) => boolean = () => true,
): Uint8Array {
  const drawn = data.slice();
  for (let i = 0; i < width * height; i++)
    if (where(i))
      for (let c = 0; c < 3; c++)
        drawn[3 * i + c] = Math.round(PHOTO_SHARE * (data[3 * i + c] ?? 0) + (1 - PHOTO_SHARE) * (colourOf(i, c) ?? 0));
  return encodePng8(drawn, width, height, 'rgb');
}

/** Okabe and Ito's orange, visible with all kinds of colour vision. */
const MASK_COLOUR = [0xe6, 0x9f, 0x00];

/** Writes mask.png (white inside) and overlay.png, the photo with the mask. */
export async function writeMask(out: OutputFolder, image: RgbImage, mask: Uint8Array): Promise<void> {
  await out.bytes('mask.png', encodeMaskPng(mask, image.width, image.height));
  const drawn = overlayPng(
    image,
    (_, channel) => MASK_COLOUR[channel],
    (pixel) => mask[pixel] === 1,
  );
  await out.bytes('overlay.png', drawn);
}

/** PNG of one token's map, coloured from 0 to its maximum, over the photo. */
export function heatMap(image: RgbImage, maps: AttentionMaps, token: number): Uint8Array {
  const map = meanMap(maps, [token]);
  const colours = heatColours(map, map.max, image);
  return overlayPng(image, (pixel, channel) => colours[3 * pixel + channel]);
}

/** A second copy of the finest level's maps, so that they can be found without knowing the levels. */
const FINEST_MAPS = 'attention.npy';

/** Writes each level's maps as attention.level{n}.npy [tokens,h,w], and the finest also as attention.npy. */
export async function writeMaps(out: OutputFolder, maps: readonly AttentionMaps[]): Promise<void> {
  for (const [i, { level, tokens, height, width, data }] of maps.entries()) {
    if (i === 0) await out.npy(FINEST_MAPS, data, [tokens, height, width]);
    await out.npy(`attention.level${level}.npy`, data, [tokens, height, width]);
  }
}
