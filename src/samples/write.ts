import type { AttentionMaps, DepthResult, ReferResult, SegmentResult } from '../engine/results.ts';
import { FILES, RESULTS_FILE, RESULTS_VERSION, type ResultsFile, type StoredMaps } from './format.ts';
import { packLogits, packPlanes } from './quantize.ts';

/** A pack's results for one sample. Depth and logits have the network's size, classes the photo's size. */
export interface ComputedSample {
  readonly pack: ResultsFile['pack'];
  readonly config: string;
  readonly photo: string;
  readonly file: string;
  readonly guided: ResultsFile['guided'];
  readonly width: number;
  readonly height: number;
  readonly depth: DepthResult;
  readonly masks: readonly (ReferResult & { readonly prompt: string; readonly logits: Float32Array })[];
  readonly classes: SegmentResult;
}

/** Encodes a grey PNG of 8 or 16 bits, as the array's type. */
export type EncodePng = (data: Uint8Array | Uint16Array, width: number, height: number) => Promise<Uint8Array>;

/** Writes the files of a sample's folder; returns them by name. */
export async function writeSample(seen: ComputedSample, encode: EncodePng): Promise<ReadonlyMap<string, Uint8Array>> {
  const { depth, masks, classes } = seen;
  const { width, height } = depth;
  const attentionBytes: Uint8Array[] = [];
  const planes = new Uint8Array(width * height * masks.length);
  const listed = masks.map(({ prompt, words, cut, absence, logits, maps, tokens }, i) => {
    const size = width * height;
    const difference = Float32Array.from({ length: size }, (_, k) => (logits[size + k] ?? 0) - (logits[k] ?? 0));
    planes.set(packLogits(difference), i * size);
    // Maps of padding tokens are never shown.
    const used = 1 + tokens.findLastIndex(({ kind }) => kind !== 'padding');
    const signal = absence === undefined ? {} : { absence };
    return { prompt, tokens, words, cut, ...signal, maps: storeMaps(maps, used, attentionBytes) };
  });
  const { present, maps } = classes;
  const file: ResultsFile = {
    version: RESULTS_VERSION,
    pack: seen.pack,
    config: seen.config,
    photo: seen.photo,
    file: seen.file,
    width: seen.width,
    height: seen.height,
    small: { width, height },
    guided: seen.guided,
    masks: listed,
    classes: { present, maps: storeMaps(maps, Number.POSITIVE_INFINITY, attentionBytes) },
  };
  return new Map([
    [RESULTS_FILE, new TextEncoder().encode(`${JSON.stringify(file)}\n`)],
    [FILES.depth, await encode(Uint16Array.from(depth.metres, millimetres), width, height)],
    [FILES.masks, await encode(planes, width, height * masks.length)],
    [FILES.classes, await encode(classes.labels, classes.width, classes.height)],
    [FILES.attention, await attentionPng(attentionBytes, maps[0]?.width ?? 1, encode)],
  ]);
}

const millimetres = (metres: number): number => Math.min(65_535, Math.round(metres * 1000));

function storeMaps(all: readonly AttentionMaps[], most: number, attentionBytes: Uint8Array[]): StoredMaps {
  return all.map(({ level, tokens, width, height, coverX, coverY, data }) => {
    const used = Math.min(tokens, most);
    const { bytes, scales } = packPlanes(data.subarray(0, used * width * height), width * height);
    const at = attentionBytes.reduce((sum, { length }) => sum + length, 0);
    attentionBytes.push(bytes);
    return { level, tokens: used, width, height, coverX, coverY, at, scales };
  });
}

/** Writes bytes in rows of the finest maps' width, so that PNG's filters work along the maps' rows. */
function attentionPng(attentionBytes: readonly Uint8Array[], width: number, encode: EncodePng): Promise<Uint8Array> {
  const length = attentionBytes.reduce((sum, bytes) => sum + bytes.length, 0);
  const height = Math.max(1, Math.ceil(length / width));
  const pixels = new Uint8Array(width * height);
  let at = 0;
  for (const bytes of attentionBytes) {
    pixels.set(bytes, at);
    at += bytes.length;
  }
  return encode(pixels, width, height);
}
