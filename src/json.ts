import * as v from 'valibot';
import { VpdError } from './errors.ts';

/** JSON from files is checked by these before anything else reads it. */

/**
 * Parses a JSON text.
 * @param problem the sentence if it is none
 * @throws VpdError bad-file
 */
export function parseText(text: string, problem: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new VpdError('bad-file', problem, { cause });
  }
}

/**
 * Returns what a schema makes of a value.
 * @param what name of the value, e.g. `config.json`
 * @throws VpdError bad-file, with the first invalid field
 */
export function check<const S extends v.GenericSchema>(schema: S, value: unknown, what: string): v.InferOutput<S> {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  throw new VpdError('bad-file', `${what} is malformed at ${firstIssue(result.issues)}.`);
}

/** Formats the first issue with its path, e.g. `unet.mult: expected …`. */
export function firstIssue(issues: readonly [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]): string {
  const path = v.getDotPath(issues[0]);
  return path ? `${path}: ${issues[0].message}` : issues[0].message;
}

/** Returns what a schema makes of a JSON text; undefined if it is not JSON or does not match. */
export function parseIfValid<const S extends v.GenericSchema>(schema: S, text: string): v.InferOutput<S> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const result = v.safeParse(schema, value);
  return result.success ? result.output : undefined;
}

/**
 * Checks a JSON text against a schema.
 * @param advice what to do about an invalid file, e.g. `see "eval --help"`
 * @throws VpdError bad-file, with the file's name and the first invalid field
 */
export function parseJson<const S extends v.GenericSchema>(
  schema: S,
  text: string,
  name: string,
  advice: string,
): v.InferOutput<S> {
  const result = v.safeParse(schema, parseText(text, `${name} is not JSON; ${advice}.`));
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new VpdError(
    'bad-file',
    `${name}: "${v.getDotPath(issue) ?? 'the whole'}" is ${issue.received} where ${issue.expected} was expected; ${advice}.`,
  );
}

/** Numbers from `low` to `high`, inclusive. */
export const within = (low: number, high: number) => v.pipe(v.number(), v.minValue(low), v.maxValue(high));
/** Whole numbers from `low` to `high`, inclusive. */
export const integer = (low: number, high: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(low), v.maxValue(high));
export const share = within(0, 1);
/** A level, a token, a class, a side in pixels. */
export const index = integer(0, 65_535);
/** A list of at most `most` items. */
export const listOf = <S extends v.GenericSchema>(item: S, most: number) =>
  v.pipe(v.array(item), v.maxLength(most), v.readonly());
