import { BlobReader, BlobWriter, ZipWriter } from '@zip.js/zip.js/lib/zip-core-native.js';
import { toVpdError, VpdError } from '../../errors.ts';
import { formatBytes } from '../../format-bytes.ts';
import { CONFIG_FILE, parsePackConfig } from '../../weights/pack/pack-config.ts';
import { findFile, findFolder, openStorage, PACKS_FOLDER } from '../files/opfs.ts';
import { notStored } from './stored-pack.ts';

interface ExportOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Files of a stored pack, without those that the shelf adds. */
async function packFiles(id: string): Promise<readonly File[]> {
  const folder = await findFolder(await openStorage(PACKS_FOLDER), id);
  const config = folder && (await findFile(folder, CONFIG_FILE));
  if (!folder || !config) throw notStored(id);
  const files = [config];
  for (const name of Object.keys(parsePackConfig(await config.text()).files)) {
    const file = await findFile(folder, name);
    if (!file) throw new VpdError('missing', `${name} of the stored model is gone. Delete the model and get it again.`);
    files.push(file);
  }
  return files;
}

/** Returns the pack's folder as a ZIP, uncompressed because weights do not compress. The browser keeps a large Blob on disk. */
export async function exportZip(id: string, { signal, onProgress }: ExportOptions): Promise<Blob> {
  const files = await packFiles(id);
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const zip = new ZipWriter(new BlobWriter('application/zip'), { level: 0, useWebWorkers: false });
  let before = 0;
  for (const file of files) {
    await zip.add(`${id}/${file.name}`, new BlobReader(file), {
      ...(signal ? { signal } : {}),
      onprogress: async (done) => onProgress?.(before + done, total),
    });
    before += file.size;
  }
  return zip.close();
}

/** Writes the pack's files into `<folder>/<id>`, a folder that the user chose. */
export async function exportFolder(
  id: string,
  folder: FileSystemDirectoryHandle,
  { signal, onProgress }: ExportOptions,
): Promise<void> {
  const files = await packFiles(id);
  const total = files.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  const counted = () =>
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(chunk, controller) {
        done += chunk.length;
        onProgress?.(done, total);
        controller.enqueue(chunk);
      },
    });
  for (const file of files)
    try {
      const target = await folder.getDirectoryHandle(id, { create: true });
      const writable = await (await target.getFileHandle(file.name, { create: true })).createWritable();
      await file
        .stream()
        .pipeThrough(counted())
        .pipeTo(writable, signal ? { signal } : {});
    } catch (thrown) {
      const error = toVpdError(thrown);
      if (error.code === 'cancelled') throw error;
      throw new VpdError(
        'storage',
        `${file.name} could not be written into ${folder.name}: ${error.message} Choose a folder that may be written to, on a disk with room for ${formatBytes(total)}.`,
        { cause: thrown },
      );
    }
}
