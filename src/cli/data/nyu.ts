import { join } from 'node:path';
import sharp from 'sharp';
import { VpdError } from '../../errors.ts';
import { readMat5 } from '../../eval/mat5.ts';
import type { RgbImage } from '../../image/rgb.ts';
import { exists } from '../files/paths.ts';
import type { DataOptions, DepthData, Truth } from './data.ts';
import { readBytes } from './files.ts';
import { openNyuFile } from './nyu-file.ts';

export const NYU_FILE = 'nyu_depth_v2_labeled.mat';
const SPLITS_FILE = 'splits.mat';
const SPLITS: Readonly<Record<string, string>> = { test: 'testNdxs', train: 'trainNdxs' };
/** Eigen's crop [top, bottom, left, right] in pixels, and the benchmark's depth range in metres. */
const RANGE = { min: 1e-3, max: 10, crop: [45, 471, 41, 601] } as const;
/** Valid rows and columns of a frame; VPD's preprocessing blackens the rest. */
const INNER = { top: 7, bottom: 474, left: 7, right: 632 } as const;
/** OpenCV's default, used by VPD's preprocessing. */
const JPEG_QUALITY = 95;

/**
 * Opens NYU Depth v2's labelled frames from the published files. Truth is the raw depth of the sensor in whole millimetres, as in VPD's
 * evaluation; `asPreprocessed` frames have the black border and the JPEG compression of VPD's preprocessing.
 * @throws VpdError bad-request, missing, bad-file
 */
export async function nyuData(
  data: string,
  { split = 'test', asPreprocessed = false }: DataOptions,
): Promise<DepthData> {
  const frames = await framesOf(data, split);
  const file = await openNyuFile(join(data, NYU_FILE));
  const { width, height } = file;
  const beyond = frames.find((frame) => frame > file.count || frame < 1);
  if (beyond !== undefined) {
    file.close();
    throw new VpdError(
      'bad-file',
      `${SPLITS_FILE} names frame ${beyond} and ${NYU_FILE} has ${file.count}; take both files as they were published.`,
    );
  }
  return {
    definition: '',
    split,
    files: () => [join(data, NYU_FILE)],
    range: RANGE,
    close: file.close,
    items: frames.map((frame) => ({
      id: `frame ${frame}`,
      scene: (known) => (known.length < 2 ? undefined : matchScene(file.scene(frame), known)),
      photo: async () => {
        const image = toImage(file.image(frame), width, height);
        return asPreprocessed ? preprocessed(image) : image;
      },
      truth: async () => toDepth(file.rawDepth(frame), width, height),
    })),
  };
}

async function framesOf(data: string, split: string): Promise<readonly number[]> {
  const name = SPLITS[split];
  if (!name)
    throw new VpdError(
      'bad-request',
      `NYU Depth v2 has no split "${split}"; it has ${Object.keys(SPLITS).join(', ')}.`,
    );
  const path = join(data, SPLITS_FILE);
  if (!(await exists(path)))
    throw new VpdError(
      'missing',
      `${path} is not there; it lists which frames of ${NYU_FILE} are for testing; both files are published together.`,
    );
  const list = await readMat5(SPLITS_FILE, await readBytes(path), name);
  if (!list?.length || !list.every(Number.isInteger))
    throw new VpdError('bad-file', `${path} has no list "${name}" of frames; take the file as it was published.`);
  return [...list].sort((a, b) => a - b);
}

/**
 * Returns the pack's scene for a frame: the first whose name is contained in the frame's scene, as in VPD's evaluation ("office_kitchen"
 * gives "kitchen").
 * @throws VpdError bad-request
 */
export function matchScene(scene: string, known: readonly string[]): string {
  const found = known.find((name) => scene.includes(name));
  if (found === undefined)
    throw new VpdError(
      'bad-request',
      `A frame is of the scene "${scene}", and the pack knows only ${known.join(', ')}.`,
    );
  return found;
}

/** Converts a frame from MATLAB's column order ([3,width,height] here) to row-major RGB. */
function toImage(planes: ArrayLike<number>, width: number, height: number): RgbImage {
  const data = new Uint8Array(3 * width * height);
  for (let c = 0; c < 3; c++)
    for (let x = 0; x < width; x++)
      for (let y = 0; y < height; y++) data[3 * (y * width + x) + c] = planes[(c * width + x) * height + y] ?? 0;
  return { width, height, data };
}

const MILLIMETRES = 1000;

/** Truncates depth to whole millimetres like VPD's preprocessing: the product in single precision may round up to the next millimetre. */
function toDepth(columns: ArrayLike<number>, width: number, height: number): Truth<Float32Array> {
  const data = new Float32Array(width * height);
  for (let x = 0; x < width; x++)
    for (let y = 0; y < height; y++)
      data[y * width + x] = Math.trunc(Math.fround((columns[x * height + y] ?? 0) * MILLIMETRES)) / MILLIMETRES;
  return { width, height, data };
}

async function preprocessed({ width, height, data }: RgbImage): Promise<RgbImage> {
  const framed = new Uint8Array(data.length);
  for (let y = INNER.top; y < Math.min(INNER.bottom, height); y++) {
    const row = 3 * y * width;
    framed.set(data.subarray(row + 3 * INNER.left, row + 3 * Math.min(INNER.right, width)), row + 3 * INNER.left);
  }
  const jpeg = await sharp(framed, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: JPEG_QUALITY })
    .toBuffer();
  const decoded = await sharp(jpeg).raw().toBuffer();
  return { width, height, data: new Uint8Array(decoded) };
}
