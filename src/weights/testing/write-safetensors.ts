import { VpdError } from '../../errors.ts';
import { safetensorsHeader } from '../safetensors/safetensors-writer.ts';
import type { FileWriter } from '../sink.ts';
import type { TensorInfo } from '../source.ts';

/** Writes a safetensors file, one tensor at a time, in the order of `tensors`. Does not close the writer. */
export async function writeSafetensors(
  writer: FileWriter,
  tensors: readonly TensorInfo[],
  dataOf: (tensor: TensorInfo) => Promise<Uint8Array>,
  metadata?: Readonly<Record<string, string>>,
): Promise<void> {
  await writer.write(safetensorsHeader(tensors, metadata));
  for (const tensor of tensors) {
    const data = await dataOf(tensor);
    if (data.length !== tensor.bytes)
      throw new VpdError(
        'internal',
        `Tensor ${tensor.name} came with ${data.length} bytes instead of ${tensor.bytes}.`,
      );
    await writer.write(data);
  }
}
