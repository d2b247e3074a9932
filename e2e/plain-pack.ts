import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { folderSink } from '../src/cli/files/folder-sink.ts';
import { openPackFolder } from '../src/cli/files/pack-files.ts';
import type { VpdConfig } from '../src/vpd/config.ts';
import { readRange } from '../src/weights/blob.ts';
import { CONFIG_FILE } from '../src/weights/pack/pack-config.ts';
import { storedTensors } from '../src/weights/quantize/stored-form.ts';
import { storedParameters } from '../src/weights/quantize/stored-parameters.ts';
import { writeSafetensors } from '../src/weights/testing/write-safetensors.ts';

const WEIGHTS = 'model.safetensors';

/**
 * Writes the embedded pack without its heads, in the form to which a plain Stable Diffusion checkpoint is converted. The layers that predict
 * noise are zero, because attention does not need them.
 */
export async function writePlainPack(folder: string): Promise<void> {
  const pack = await openPackFolder('models/tiny');
  const model: VpdConfig = { ...pack.config, name: 'plain', tasks: {}, unet: { ...pack.config.unet, eps: true } };
  const tensors = storedParameters(model).flatMap((parameter) => storedTensors(parameter, pack.config.weights));
  const writer = await folderSink(folder).createFile(WEIGHTS);
  await writeSafetensors(writer, tensors, async ({ name, bytes }) => {
    const found = pack.index.get(name);
    const blob = found && pack.files.get(found.file);
    if (!found || !blob) return new Uint8Array(bytes);
    return readRange(blob, found.offset, found.offset + found.length, found.file);
  });
  await writer.close();
  const content = await readFile(join(folder, WEIGHTS));
  const sha256 = createHash('sha256').update(content).digest('hex');
  const files = { [WEIGHTS]: { bytes: content.length, sha256 } };
  await writeFile(join(folder, CONFIG_FILE), JSON.stringify({ ...pack.config, ...model, files }));
}
