import * as v from 'valibot';
import { parse } from '../eval/layout.ts';

/**
 * `results.json` of a sample: what a pack saw in it, for the page to show before any model is there. Planes lie beside it as PNGs:
 * `depth.png` (16-bit millimetres, at the network's size), `masks.png` (differences of logits, one prompt below the other),
 * `classes.png` (class index at the photo's size), `attention.png` (all averaged maps, byte after byte).
 */
export const RESULTS_VERSION = 1;
export const FILES = {
  depth: 'depth.png',
  masks: 'masks.png',
  classes: 'classes.png',
  attention: 'attention.png',
} as const;
export const RESULTS_FILE = 'results.json';

const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1e6));
const size = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(16_384));
const list = <S extends v.GenericSchema>(item: S) => v.pipe(v.array(item), v.readonly());

const maps = list(
  v.object({
    level: count,
    tokens: count,
    width: size,
    height: size,
    coverX: v.number(),
    coverY: v.number(),
    /** Where the first plane begins in `attention.png`. */
    at: count,
    /** Largest weight of each token's plane, which its bytes are shares of. */
    scales: list(v.number()),
  }),
);
const token = v.object({
  text: v.string(),
  id: v.number(),
  kind: v.picklist(['start', 'word', 'end', 'padding']),
  word: v.number(),
  known: v.boolean(),
});

export const ResultsFile = v.object({
  version: v.literal(RESULTS_VERSION),
  /** What computed it. */
  pack: v.object({ name: v.string(), hash: v.string() }),
  /** sha256 of that pack's config.json, which holds more than its weights: names, calibration. */
  config: v.string(),
  /** sha256 of the photo's file. */
  photo: v.string(),
  /** Pixels of the photo. */
  width: size,
  height: size,
  /** Of the planes at the network's size. */
  small: v.object({ width: size, height: size }),
  masks: list(
    v.looseObject({
      prompt: v.string(),
      area: v.number(),
      absence: v.exactOptional(v.number()),
      tokens: list(token),
      words: list(v.object({ text: v.string(), tokens: list(count), known: v.boolean() })),
      cut: list(v.string()),
      maps,
    }),
  ),
  classes: v.looseObject({
    present: list(v.object({ index: count, name: v.string(), area: v.number() })),
    maps,
  }),
});
export type ResultsFile = v.InferOutput<typeof ResultsFile>;
export type StoredMaps = ResultsFile['classes']['maps'];

/** @throws VpdError bad-file, naming the file and the first place that is wrong */
export const parseResultsFile = (text: string, name: string): ResultsFile => parse(ResultsFile, text, name);
