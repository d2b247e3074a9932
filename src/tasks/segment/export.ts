import type { SegmentResult } from '../../engine/protocol.ts';
import { saveFile } from '../../ui/download.ts';
import { importCode } from '../../ui/import-code.ts';

/** Saves `<stem>-classes.npy`: class indices, uint8 [height, width]. */
export async function saveLabelsNpy(stem: string, result: SegmentResult): Promise<void> {
  const { writeNpy } = await importCode(() => import('../../image/formats/npy.ts'));
  saveFile(
    `${stem}-classes.npy`,
    writeNpy(result.labels.slice(), [result.height, result.width]),
    'application/octet-stream',
  );
}

/** Saves `<stem>-classes.png`: 8-bit gray, the class index of each pixel, for other tools; it looks almost black. */
export async function saveLabelsPng(stem: string, { labels, width, height }: SegmentResult): Promise<void> {
  const { encodePng8 } = await importCode(() => import('../../image/formats/png.ts'));
  const text = {
    Description: 'Class index per pixel; names are in the accompanying JSON file',
    Software: 'VPD workbench',
  };
  saveFile(`${stem}-classes.png`, encodePng8(labels, width, height, 'gray', text), 'image/png');
}

/**
 * Saves `<stem>-classes.json`: the names of all class indices in order (null where unknown), and index, name and area of every class in
 * the photo, the largest first.
 */
export function saveClassesJson(stem: string, result: SegmentResult, names: readonly (string | undefined)[]): void {
  const classes = result.present.map(({ index, name, area }) => ({ index, name, area }));
  const { width, height } = result;
  const text = `${JSON.stringify({ width, height, names, classes }, null, 2)}\n`;
  saveFile(`${stem}-classes.json`, new Blob([text], { type: 'application/json' }), 'application/json');
}
