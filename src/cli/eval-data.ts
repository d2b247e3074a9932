import { readdir, readFile } from 'node:fs/promises';
import { join, parse as parsePath } from 'node:path';
import { VpdError } from '../errors.ts';
import {
  type ClassMeta,
  type DepthMeta,
  maskOf,
  parseClassMeta,
  parseDepthMeta,
  parseRefs,
  type Ref,
} from '../eval/layout.ts';
import { decodePngSamples, type PngSamples } from '../image/png.ts';

/** A photo and its truth, by file stem. */
export interface Pair {
  readonly stem: string;
  readonly photo: string;
  readonly truth: string;
}
export interface Truth<T> {
  readonly width: number;
  readonly height: number;
  readonly data: T;
}

const PHOTO = /\.(?:jpe?g|png|webp)$/i;

/** `rgb/` with `depth/` of the same stems, and `meta.json`. */
export async function depthFolder(data: string): Promise<{ pairs: Pair[]; meta: DepthMeta }> {
  const meta = parseDepthMeta(await readText(join(data, 'meta.json')), 'meta.json');
  return { pairs: await pairUp(data, 'depth'), meta };
}

/** `rgb/` with `label40/` (or another folder called label…) of the same stems, and `classes.json`. */
export async function segmentFolder(data: string): Promise<{ pairs: Pair[]; meta: ClassMeta }> {
  const meta = parseClassMeta(await readText(join(data, 'classes.json')), 'classes.json');
  const labels = (await list(data)).find((name) => name.startsWith('label'));
  if (!labels) throw new VpdError('missing', `${data} has no folder of labels; "label40" with PNG files was expected.`);
  return { pairs: await pairUp(data, labels), meta };
}

export async function referFolder(data: string): Promise<readonly Ref[]> {
  return parseRefs(await readText(join(data, 'refs.json')), 'refs.json');
}

/** Metres [height,width]. */
export async function depthTruth(path: string, { depth: { scale, offset } }: DepthMeta): Promise<Truth<Float32Array>> {
  const { width, height, data } = await onePlane(path);
  return { width, height, data: Float32Array.from(data, (value) => value * scale + offset) };
}

export async function labelTruth(path: string): Promise<Truth<Uint8Array | Uint16Array>> {
  return onePlane(path);
}

/** 1 inside; of a PNG with several channels the first counts. */
export async function maskTruth(folder: string, { mask }: Ref): Promise<Truth<Uint8Array>> {
  if (typeof mask !== 'string') return { width: mask.size[1], height: mask.size[0], data: maskOf(mask) };
  const { width, height, channels, data } = await samples(join(folder, mask));
  return { width, height, data: Uint8Array.from({ length: width * height }, (_, i) => (data[i * channels] ? 1 : 0)) };
}

async function onePlane(path: string): Promise<PngSamples> {
  const png = await samples(path);
  if (png.channels !== 1)
    throw new VpdError('bad-file', `${path} has ${png.channels} channels; a PNG with one grey channel was expected.`);
  return png;
}

const samples = async (path: string) => decodePngSamples(await readBytes(path), path);

async function pairUp(data: string, truthFolder: string): Promise<Pair[]> {
  const photos = (await list(join(data, 'rgb'))).filter((name) => PHOTO.test(name));
  const truths = new Set(await list(join(data, truthFolder)));
  const missing = photos.filter((name) => !truths.has(`${parsePath(name).name}.png`));
  if (photos.length === 0) throw new VpdError('missing', `${join(data, 'rgb')} holds no .jpg, .png or .webp photo.`);
  if (missing.length > 0)
    throw new VpdError(
      'missing',
      `${missing.length} of ${photos.length} photos have no .png of the same name in ${truthFolder}/, e.g. ${missing[0]}; add it or take the photo away.`,
    );
  return photos.map((name) => {
    const stem = parsePath(name).name;
    return { stem, photo: join(data, 'rgb', name), truth: join(data, truthFolder, `${stem}.png`) };
  });
}

async function list(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (cause) {
    throw new VpdError('missing', `The folder ${folder} cannot be read; see "eval --help" for the layout.`, { cause });
  }
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new VpdError('missing', `${path} cannot be read; see "eval --help" for the layout.`, { cause });
  }
}

export const readText = async (path: string): Promise<string> => new TextDecoder().decode(await readBytes(path));
