import { VpdError } from '../../errors.ts';
import { readRange } from '../blob.ts';
import type { Pack } from '../pack/pack.ts';
import { storedTensors } from '../quantize/stored-form.ts';
import { storedParameters } from '../quantize/stored-parameters.ts';
import { decodeParameter } from './dequantize.ts';

/** Reads one parameter of a pack, dequantized to float32 in its own shape. */
export async function readTensorF32(pack: Pack, name: string): Promise<Float32Array> {
  const parameter = storedParameters(pack.config).find((candidate) => candidate.name === name);
  if (!parameter) throw new VpdError('missing', `The pack ${pack.config.name} has no parameter ${name}.`);
  const stored: Uint8Array[] = [];
  for (const info of storedTensors(parameter, pack.config.weights)) {
    const found = pack.index.get(info.name);
    const blob = found && pack.files.get(found.file);
    if (!found || !blob) throw new VpdError('missing', `The pack ${pack.config.name} has no tensor ${info.name}.`);
    stored.push(await readRange(blob, found.offset, found.offset + found.length, found.file));
  }
  return decodeParameter(parameter, stored, pack.config.weights);
}
