import * as v from 'valibot';
import type { Answer } from '../../engine/answer.ts';
import { mapsFields, mapsOf, present, reading, size } from '../../engine/result-schemas.ts';
import { VpdError } from '../../errors.ts';
import type { TaskId } from '../../vpd/config.ts';

/**
 * A result file: `VPDR`, the length of a JSON head (u32, little-endian), the head, then the arrays. The head represents an array as
 * `{"array": "f32" | "u8", "at": byte, "length": elements}`, where bytes count from the end of the head. Numbers are stored exactly.
 */
const MAGIC = [...'VPDR'].map((letter) => letter.charCodeAt(0));
const PREFIX = 8;
/** Arrays begin at multiples of this many bytes. */
const ALIGN = 8;
/** Limit of the head in bytes; tokens and class names are a few kilobytes. */
const MAX_HEAD = 4 * 2 ** 20;

const round = (bytes: number): number => Math.ceil(bytes / ALIGN) * ALIGN;

/** Bytes of all arrays in a result: nearly the size of its file, without writing one. */
export function arrayBytes(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((sum: number, part) => sum + arrayBytes(part), 0);
}

export function writeResult(answer: Answer): Blob {
  const parts: (Float32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>)[] = [];
  let at = 0;
  const head = JSON.stringify(answer, (_, value: unknown) => {
    if (!(value instanceof Float32Array) && !(value instanceof Uint8Array)) return value;
    const place = { array: value instanceof Float32Array ? 'f32' : 'u8', at, length: value.length };
    const padding = round(value.byteLength) - value.byteLength;
    // Copied, because a Blob cannot be made from a view of shared memory.
    parts.push(
      value instanceof Float32Array ? new Float32Array(value) : new Uint8Array(value),
      new Uint8Array(padding),
    );
    at += round(value.byteLength);
    return place;
  });
  const text = new TextEncoder().encode(head);
  const bytes = new Uint8Array(round(PREFIX + text.length));
  bytes.set(MAGIC);
  new DataView(bytes.buffer).setUint32(4, text.length, true);
  bytes.set(text, PREFIX);
  return new Blob([bytes, ...parts]);
}

/**
 * Reads a result file.
 * @throws VpdError bad-file: of another format, truncated, or with planes that do not have the stated size
 */
export async function readResult(file: Blob): Promise<Answer> {
  const bad = new VpdError('bad-file', 'A saved result is damaged; it is computed again.');
  const buffer = await file.arrayBuffer();
  const start = new Uint8Array(buffer, 0, Math.min(PREFIX, buffer.byteLength));
  if (start.length < PREFIX || MAGIC.some((byte, i) => start[i] !== byte)) throw bad;
  const length = new DataView(buffer).getUint32(4, true);
  const base = round(PREFIX + length);
  if (length > MAX_HEAD) throw bad;
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, PREFIX, length)), (_, value) =>
      isPlace(value) ? arrayAt(buffer, base, value) : value,
    );
    const parsed = v.safeParse(schema, json);
    if (parsed.success) return parsed.output;
  } catch {
    // The head is not JSON, or an array lies outside the file.
  }
  throw bad;
}

const place = v.object({ array: v.picklist(['f32', 'u8']), at: v.number(), length: v.number() });
const isPlace = (value: unknown): value is v.InferOutput<typeof place> => v.is(place, value);

function arrayAt(buffer: ArrayBuffer, base: number, { array, at, length }: v.InferOutput<typeof place>) {
  return array === 'f32' ? new Float32Array(buffer, base + at, length) : new Uint8Array(buffer, base + at, length);
}

const floats = v.instance(Float32Array);
/** Timings describe the run that computed the result, so they are dropped. */
const timings = v.pipe(
  v.unknown(),
  v.transform(() => []),
);

const maps = mapsOf(
  v.pipe(
    v.object({ ...mapsFields, data: floats }),
    v.check(({ tokens, width, height, data }) => data.length === tokens * width * height),
  ),
);
const results = {
  depth: v.pipe(
    v.looseObject({ width: size, height: size, metres: floats, min: v.number(), max: v.number(), timings }),
    v.check(({ width, height, metres }) => metres.length === width * height),
  ),
  refer: v.pipe(
    v.looseObject({
      width: size,
      height: size,
      probability: floats,
      area: v.number(),
      absence: v.exactOptional(v.number()),
      zeroShot: v.exactOptional(v.boolean()),
      ...reading,
      maps,
      timings,
    }),
    v.check(({ width, height, probability }) => probability.length === width * height),
  ),
  segment: v.pipe(
    v.looseObject({
      width: size,
      height: size,
      labels: v.instance(Uint8Array),
      present,
      maps,
      timings,
    }),
    v.check(({ width, height, labels }) => labels.length === width * height),
  ),
} satisfies Record<TaskId, v.GenericSchema>;
const schema = v.variant('task', [
  v.object({ task: v.literal('depth'), result: results.depth }),
  v.object({ task: v.literal('refer'), result: results.refer }),
  v.object({ task: v.literal('segment'), result: results.segment }),
]);
