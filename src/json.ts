import * as v from 'valibot';
import { VpdError } from './errors.ts';

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
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new VpdError('bad-file', `${name} is not JSON; ${advice}.`, { cause });
  }
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new VpdError(
    'bad-file',
    `${name}: "${v.getDotPath(issue) ?? 'the whole'}" is ${issue.received} where ${issue.expected} was expected; ${advice}.`,
  );
}
