import * as v from 'valibot';
import { VpdError } from '../errors.ts';
import type { VpdConfig } from '../vpd/config.ts';
import { consistent, firstIssue, vpdConfigEntries } from '../weights/pack/vpd-schema.ts';
import type { TensorSource } from '../weights/source.ts';
import { NATIVE_KEY } from './detect.ts';

const nativeSchema = v.pipe(
  v.object({
    ...vpdConfigEntries,
    provenance: v.optional(v.record(v.string(), v.unknown()), {}),
    licence: v.optional(v.string()),
    license: v.optional(v.string()),
  }),
  consistent(),
);

interface NativeModel {
  readonly config: VpdConfig;
  readonly provenance: Readonly<Record<string, unknown>>;
  readonly licence: string;
}

/**
 * Reads the config that our own training writes into `__metadata__.vpd_config` of its safetensors file.
 * @throws VpdError bad-file
 */
export function readNative(source: TensorSource): NativeModel {
  let json: unknown;
  try {
    json = JSON.parse(source.metadata[NATIVE_KEY] ?? '');
  } catch (cause) {
    throw new VpdError('bad-file', `${source.name}: ${NATIVE_KEY} in its metadata is not JSON.`, { cause });
  }
  const parsed = v.safeParse(nativeSchema, json);
  if (!parsed.success)
    throw new VpdError(
      'bad-file',
      `${source.name}: ${NATIVE_KEY} in its metadata is malformed at ${firstIssue(parsed.issues)}.`,
    );
  const { provenance, licence, license, ...config } = parsed.output;
  return { config, provenance, licence: licence ?? license ?? 'unknown' };
}
