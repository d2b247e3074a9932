import * as v from 'valibot';
import { check, parseText } from '../json.ts';
import type { VpdConfig } from '../vpd/config.ts';
import { consistent, vpdConfigEntries } from '../weights/pack/vpd-schema.ts';
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
  const what = `${source.name}: ${NATIVE_KEY} in its metadata`;
  const json = parseText(source.metadata[NATIVE_KEY] ?? '', `${what} is not JSON.`);
  const { provenance, licence, license, ...config } = check(nativeSchema, json, what);
  return { config, provenance, licence: licence ?? license ?? 'unknown' };
}
