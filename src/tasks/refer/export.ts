import { stem } from '../../format.ts';
import { saveFile } from '../../ui/download.ts';
import { askWorker } from '../../worker-calls/ask.ts';
import type { FileRequest, SentMask, SentPhoto } from './mask-files.ts';
import { slug } from './slug.ts';

/** Writes a file in a worker of its own, so that the memory is freed afterwards. */
function write(request: FileRequest): Promise<Blob> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'files' });
  const files = askWorker<FileRequest, Blob>(worker, 'Writing the file');
  return files.ask(request).finally(files.end);
}

/** Saves `<photo>-<name>.png`: 8-bit grey at the photo's size, 255 inside the mask and 0 outside. */
export async function saveMaskPng(photo: SentPhoto, mask: SentMask): Promise<void> {
  const file = await write({ kind: 'mask', photo, masks: [mask] });
  saveFile(`${stem(photo.name)}-${slug(mask.name)}.png`, file, 'image/png');
}

/** Saves `<photo>-<name>-cutout.png`: the photo at its own size, transparent outside the mask. */
export async function saveCutout(photo: SentPhoto, mask: SentMask): Promise<void> {
  const file = await write({ kind: 'cutout', photo, masks: [mask] });
  saveFile(`${stem(photo.name)}-${slug(mask.name)}-cutout.png`, file, 'image/png');
}

/** Saves `<photo>-masks.coco.json` (RLE) or `<photo>-polygons.coco.json` with all masks. */
export async function saveCoco(photo: SentPhoto, masks: readonly SentMask[], form: 'rle' | 'polygons'): Promise<void> {
  const file = await write({ kind: form, photo, masks });
  saveFile(`${stem(photo.name)}-${form === 'rle' ? 'masks' : 'polygons'}.coco.json`, file, 'application/json');
}
