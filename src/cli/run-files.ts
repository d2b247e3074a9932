import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plane } from '../engine/pipeline.ts';
import type { AttentionMaps } from '../engine/protocol.ts';
import { VpdError } from '../errors.ts';
import { writeNpy } from '../image/npy.ts';
import { encodeMaskPng, encodePng8 } from '../image/png.ts';
import type { RgbImage } from '../image/rgb.ts';
import { heatColours } from '../tasks/attention/heat-colours.ts';
import { meanMap } from '../tasks/attention/map.ts';
import { leadsToOneOf } from './data/files.ts';

/** Where a command puts its results; remembers their names. */
export interface OutputFolder {
  readonly names: readonly string[];
  bytes(name: string, bytes: Uint8Array): Promise<void>;
  npy(name: string, data: Float32Array | Uint8Array, shape: readonly number[]): Promise<void>;
  plane(name: string, plane: Plane): Promise<void>;
}

/** @param inputs by option: files that are read and are not to be replaced */
export async function openOutput(
  folder: string,
  inputs: Readonly<Record<string, string | undefined>>,
): Promise<OutputFolder> {
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw new VpdError('storage', `The folder ${folder} cannot be made; give another --out.`, { cause });
  });
  const names: string[] = [];
  const bytes = async (name: string, content: Uint8Array): Promise<void> => {
    const path = join(folder, name);
    for (const [option, input] of Object.entries(inputs))
      if (input !== undefined && (await leadsToOneOf(path, [input])))
        throw new VpdError(
          'bad-request',
          `${path} is what --${option} gives, and it would be replaced; give another --out.`,
        );
    await writeFile(path, content).catch((cause: unknown) => {
      throw new VpdError('storage', `${path} cannot be written; make room or give another --out.`, { cause });
    });
    names.push(name);
  };
  const npy: OutputFolder['npy'] = (name, data, shape) => bytes(name, writeNpy(data.slice(), shape));
  return { names, bytes, npy, plane: (name, { data, dims }) => npy(name, data, dims) };
}

/** Share of the photo that shows through a coloured overlay. */
const PHOTO_SHARE = 0.45;

/** The photo with `colour` (RGB bytes per pixel) laid over it where `inside`. */
export function overlay(image: RgbImage, colour: Uint8Array, inside: (pixel: number) => boolean): Uint8Array {
  const out = image.data.slice();
  for (let i = 0; i < image.width * image.height; i++)
    if (inside(i))
      for (let c = 0; c < 3; c++)
        out[3 * i + c] = Math.round(
          PHOTO_SHARE * (image.data[3 * i + c] ?? 0) + (1 - PHOTO_SHARE) * (colour[3 * i + c] ?? 0),
        );
  return out;
}

/** Orange of Okabe and Ito: stands out for all kinds of vision. */
const MASK_COLOUR = [0xe6, 0x9f, 0x00];

/** mask.png, white inside, and overlay.png, the photo with the mask on it. */
export async function writeMask(out: OutputFolder, image: RgbImage, mask: Uint8Array): Promise<void> {
  await out.bytes('mask.png', encodeMaskPng(mask, image.width, image.height));
  const colour = new Uint8Array(3 * mask.length).map((_, i) => MASK_COLOUR[i % 3] ?? 0);
  const drawn = overlay(image, colour, (i) => mask[i] === 1);
  await out.bytes('overlay.png', encodePng8(drawn, image.width, image.height, 'rgb'));
}

/** One token's map, coloured from 0 to its own largest value, over the photo that it covers. */
export function heatMap(image: RgbImage, maps: AttentionMaps, token: number): Uint8Array {
  const map = meanMap(maps, [token]);
  const drawn = overlay(image, heatColours(map, map.max, image), () => true);
  return encodePng8(drawn, image.width, image.height, 'rgb');
}

/** Each level's maps as attention.level{n}.npy [tokens,h,w], and the finest as attention.npy. */
export async function writeMaps(out: OutputFolder, maps: readonly AttentionMaps[]): Promise<void> {
  for (const [i, { level, tokens, height, width, data }] of maps.entries()) {
    if (i === 0) await out.npy('attention.npy', data, [tokens, height, width]);
    await out.npy(`attention.level${level}.npy`, data, [tokens, height, width]);
  }
}
