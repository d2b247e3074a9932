import type { AttentionMaps, DepthResult, ReferResult, SegmentResult } from '../engine/results.ts';
import { VpdError } from '../errors.ts';
import { enlargeMetres, enlargeTo } from '../image/enlarge.ts';
import { decodePngSamples } from '../image/formats/png.ts';
import { maskArea, threshold } from '../image/masks/mask.ts';
import { range } from '../image/planes.ts';
import type { RgbImage } from '../image/rgb.ts';
import { FILES, parseResultsFile, RESULTS_FILE, type ResultsFile, type StoredMaps } from './format.ts';
import { sigmoid, unpackLogits, unpackPlanes } from './quantize.ts';

/** Results of one sample, in the same form as those of a run. */
export interface SampleResults {
  readonly pack: ResultsFile['pack'];
  readonly depth: DepthResult;
  readonly masks: readonly { readonly prompt: string; readonly result: ReferResult }[];
  readonly classes: SegmentResult;
}

/** Reads a sample's results. @param read returns a file of the sample's folder by name @throws VpdError bad-file */
export async function readSample(read: (name: string) => Promise<Blob>): Promise<SampleResults> {
  const file = parseResultsFile(await (await read(RESULTS_FILE)).text(), RESULTS_FILE);
  const { width, height, small, guided } = file;
  const [photo, millimetres, logits, labels, attentionBytes] = await Promise.all([
    picture(read, file),
    pixels(read, FILES.depth, small.width * small.height),
    pixels(read, FILES.masks, small.width * small.height * file.masks.length),
    pixels(read, FILES.classes, width * height),
    pixels(read, FILES.attention),
  ]);
  const depth = Float32Array.from(millimetres, (value) => value / 1000);
  const metres = enlargeMetres(depth, photo, small, file, { guided: guided.depth });
  const enlarge = enlargeTo(photo, small, file, { guided: guided.refer });
  const [min, max] = range(metres);
  const none = { timings: [] };
  return {
    pack: file.pack,
    depth: { width, height, metres, min, max, ...none },
    masks: file.masks.map(({ prompt, maps, ...rest }, i) => {
      const size = small.width * small.height;
      const difference = unpackLogits(Uint8Array.from(logits.subarray(i * size, (i + 1) * size)));
      const probability = sigmoid(enlarge(difference).enlarged());
      const area = maskArea(threshold(probability)) / probability.length;
      return {
        prompt,
        result: { ...rest, width, height, probability, area, maps: loadMaps(maps, attentionBytes), ...none },
      };
    }),
    classes: {
      width,
      height,
      labels: Uint8Array.from(labels),
      present: file.classes.present,
      maps: loadMaps(file.classes.maps, attentionBytes),
      ...none,
    },
  };
}

/** Reads the sample's photo, an RGB PNG of eight bits. */
async function picture(
  read: (name: string) => Promise<Blob>,
  { file, width, height }: Pick<ResultsFile, 'file' | 'width' | 'height'>,
): Promise<RgbImage> {
  const data = await pixels(read, file, 3 * width * height);
  if (data instanceof Uint8Array) return { width, height, data };
  throw new VpdError('bad-file', `${file} has 16-bit samples where an RGB PNG of 8 bits was expected; write it again.`);
}

async function pixels(
  read: (name: string) => Promise<Blob>,
  name: string,
  wanted?: number,
): Promise<Uint8Array | Uint16Array> {
  const { data } = await decodePngSamples(new Uint8Array(await (await read(name)).arrayBuffer()), name);
  if (wanted !== undefined && data.length !== wanted)
    throw new VpdError(
      'bad-file',
      `${name} has ${data.length} pixels and ${RESULTS_FILE} says ${wanted}; run "npm run samples".`,
    );
  return data;
}

function loadMaps(stored: StoredMaps, attentionBytes: Uint8Array | Uint16Array): readonly AttentionMaps[] {
  return stored.map(({ at, scales, ...maps }) => {
    const size = maps.width * maps.height;
    const bytes = Uint8Array.from(attentionBytes.subarray(at, at + maps.tokens * size));
    return { ...maps, data: unpackPlanes(bytes, scales, size) };
  });
}
