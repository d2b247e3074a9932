import * as v from 'valibot';
import { mapsFields, mapsOf, present, reading, size } from '../engine/result-schemas.ts';
import { integer, listOf, parseJson } from '../json.ts';
import { guidedFilter } from '../weights/pack/vpd-schema.ts';

/**
 * `results.json` of a sample: a pack's results, which the page shows before any model is loaded. Planes are PNGs in the same folder:
 * `depth.png` (16-bit millimetres, at the network's size), `masks.png` (differences of logits, one prompt below the other),
 * `classes.png` (class index at the photo's size), `attention.png` (all averaged maps, byte after byte).
 */
export const RESULTS_VERSION = 2;
export const FILES = {
  depth: 'depth.png',
  masks: 'masks.png',
  classes: 'classes.png',
  attention: 'attention.png',
} as const;
export const RESULTS_FILE = 'results.json';
const WRITE_AGAIN = 'run "npm run samples"';
/** Limit for a file; a sample has two or three. */
const MAX_PROMPTS = 100;

const offset = integer(0, 1e6);
const maps = mapsOf(
  v.object({
    ...mapsFields,
    /** Offset of the first plane in `attention.png`. */
    at: offset,
    /** Largest weight of each token's plane; byte 255 stands for it. */
    scales: v.pipe(v.array(v.number()), v.readonly()),
  }),
);

export const ResultsFile = v.object({
  version: v.literal(RESULTS_VERSION),
  /** The pack that computed the results. */
  pack: v.object({ name: v.string(), hash: v.string() }),
  /** sha256 of that pack's config.json, which also contains what the pack's hash does not cover, e.g. the calibration. */
  config: v.string(),
  /** sha256 of the photo's file. */
  photo: v.string(),
  /** Its path from this file's folder. */
  file: v.string(),
  /** Pixels of the photo. */
  width: size,
  height: size,
  /** Size of the depth and mask planes (the network's output). */
  small: v.object({ width: size, height: size }),
  /** How the pack resizes them to the photo's size, if along the photo's edges. */
  guided: v.object({ depth: v.exactOptional(guidedFilter), refer: v.exactOptional(guidedFilter) }),
  masks: listOf(
    v.looseObject({
      prompt: v.string(),
      absence: v.exactOptional(v.number()),
      ...reading,
      maps,
    }),
    MAX_PROMPTS,
  ),
  classes: v.looseObject({
    present,
    maps,
  }),
});
export type ResultsFile = v.InferOutput<typeof ResultsFile>;
export type StoredMaps = ResultsFile['classes']['maps'];

/** Parses a `results.json`. @throws VpdError bad-file, with the file's name and the first invalid field */
export const parseResultsFile = (text: string, name: string): ResultsFile =>
  parseJson(ResultsFile, text, name, WRITE_AGAIN);
