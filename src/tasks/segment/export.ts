import type { SegmentResult } from '../../engine/results.ts';
import { saveFile } from '../../ui/download.ts';
import { askWorker } from '../../worker-calls/ask.ts';
import type { PhotoSize } from '../photo-size.ts';
import type { LabelFileRequest } from './label-files.ts';

/** Writes a file in a worker of its own, so that the memory is freed afterwards. */
function write({ labels, width, height }: SegmentResult, format: LabelFileRequest['format'], size: PhotoSize) {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'class files' });
  const files = askWorker<LabelFileRequest, Uint8Array<ArrayBuffer>>(worker, 'Writing the file');
  return files.ask({ format, map: { labels, width, height }, size }).finally(files.end);
}

/** Saves `<stem>-classes.npy`: class indices at the photo's size, uint8 [height, width]. */
export async function saveLabelsNpy(stem: string, result: SegmentResult, size: PhotoSize): Promise<void> {
  saveFile(`${stem}-classes.npy`, await write(result, 'npy', size), 'application/octet-stream');
}

/** Saves `<stem>-classes.png`: 8-bit with a palette, at the photo's size; the samples are class indices, the palette has their colours. */
export async function saveLabelsPng(stem: string, result: SegmentResult, size: PhotoSize): Promise<void> {
  saveFile(`${stem}-classes.png`, await write(result, 'png', size), 'image/png');
}

/**
 * Saves `<stem>-classes.json`: the names of all class indices in order (null where unknown), and index, name and area of every class in
 * the photo, the largest first.
 */
export function saveClassesJson(
  stem: string,
  result: SegmentResult,
  { width, height }: PhotoSize,
  names: readonly (string | undefined)[],
): void {
  const classes = result.present.map(({ index, name, area }) => ({ index, name, area }));
  const text = `${JSON.stringify({ width, height, names, classes }, null, 2)}\n`;
  saveFile(`${stem}-classes.json`, new Blob([text], { type: 'application/json' }), 'application/json');
}
