import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Served } from '../src/testing/file-server.ts';

const folder = join(import.meta.dirname, '../models/tiny');

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Reduces the scales and biases of some layers in the middle of the UNet by a third: a model with other results. */
function alteredWeights(bytes: Uint8Array): Uint8Array {
  const out = Uint8Array.from(bytes);
  const view = new DataView(out.buffer);
  const start = 8 + Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(out.subarray(8, start)));
  for (const [name, entry] of Object.entries<{ dtype: string; data_offsets: [number, number] }>(header)) {
    if (
      !/^unet\.(middle_block|output_blocks\.[67])\./.test(name) ||
      entry.dtype !== 'F32' ||
      !/(scale|bias)$/.test(name)
    )
      continue;
    for (let at = start + entry.data_offsets[0]; at < start + entry.data_offsets[1]; at += 4)
      view.setFloat32(at, view.getFloat32(at, true) * 0.67, true);
  }
  return out;
}

/**
 * Makes a pack that differs from the embedded one in its name, and therefore in its config's hash; with `changed` also in its weights, with
 * `longSide` also in its working size. Returns its files by path, as a server serves them.
 */
export async function otherPack(
  name: string,
  path = 'pack/',
  changed = false,
  longSide?: number,
): Promise<Record<string, Served>> {
  const config = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'));
  const files: Record<string, Served> = {};
  const weights = await readFile(join(folder, 'model.safetensors'));
  const contents = {
    'model.safetensors': changed ? alteredWeights(weights) : weights,
    'README.md': new TextEncoder().encode(`# ${name}\n`),
  };
  for (const [file, bytes] of Object.entries(contents)) {
    files[`${path}${file}`] = { bytes, etag: `"${file}"` };
    config.files[file] = { bytes: bytes.length, sha256: sha256(bytes) };
  }
  const working = longSide === undefined ? config.working : { ...config.working, longSide };
  const text = JSON.stringify({ ...config, working, name });
  files[`${path}config.json`] = { bytes: new TextEncoder().encode(text), type: 'application/json', etag: '"config"' };
  return files;
}
