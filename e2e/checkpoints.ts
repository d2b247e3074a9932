import { basename, dirname } from 'node:path';
import { type FixtureName, smallFixture } from '../fixtures/small.ts';
import { folderSink } from '../src/cli/files/folder-sink.ts';
import { writeSource } from '../src/convert/testing/fixture.ts';
import type { TensorSource } from '../src/weights/source.ts';
import { pickle, torchFile } from '../src/weights/testing/hostile-files.ts';

/** Writes a checkpoint of the small fixtures as safetensors. */
export async function writeCheckpoint(path: string, source: TensorSource): Promise<void> {
  const writer = await folderSink(dirname(path)).createFile(basename(path));
  await writeSource(writer, source);
  await writer.close();
}

export const writeFixture = (path: string, name: FixtureName): Promise<void> =>
  writeCheckpoint(path, smallFixture(name));

const STORAGES = { F32: 'FloatStorage', I64: 'LongStorage', I32: 'IntStorage' } as const;
const isStorage = (dtype: string): dtype is keyof typeof STORAGES => dtype in STORAGES;

/** A checkpoint as torch.save writes it: a zip with a pickle and a record for each storage. */
export async function torchCheckpoint(source: TensorSource): Promise<Blob> {
  const entries: (Uint8Array | string)[] = [];
  const records: { name: string; data: Uint8Array }[] = [];
  for (const { name, dtype, shape } of source.tensors.values()) {
    if (!isStorage(dtype)) throw new Error(`${name} is ${dtype}`);
    const key = String(records.length);
    const stride = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, side) => product * side, 1));
    const elements = shape.reduce((product, side) => product * side, 1);
    entries.push(pickle.text(name), pickle.tensor(shape, stride, pickle.storage(elements, STORAGES[dtype], key)));
    records.push({ name: `archive/data/${key}`, data: await source.read(name) });
  }
  return torchFile(pickle.program(pickle.dict(...entries)), records);
}
