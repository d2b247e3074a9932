import type { SegmentResult } from '../../engine/protocol.ts';
import { saveFile } from '../../ui/download.ts';
import { importCode } from '../../ui/import-code.ts';

/** `<stem>-classes.npy`: uint8 class index, height × width. */
export async function saveLabelsNpy(stem: string, result: SegmentResult): Promise<void> {
  const { writeNpy } = await importCode(() => import('../../image/npy.ts'));
  saveFile(
    `${stem}-classes.npy`,
    writeNpy(result.labels.slice(), [result.height, result.width]),
    'application/octet-stream',
  );
}

/** `<stem>-classes.png`: 8-bit gray, the class index per pixel; dark to the eye, but right for other tools. */
export async function saveLabelsPng(stem: string, { labels, width, height }: SegmentResult): Promise<void> {
  const { encodePng8 } = await importCode(() => import('../../image/png.ts'));
  const text = {
    Description: 'Class index per pixel; names are in the JSON file beside it',
    Software: 'VPD workbench',
  };
  saveFile(`${stem}-classes.png`, encodePng8(labels, width, height, 'gray', text), 'image/png');
}

/**
 * `<stem>-classes.json`: the names of all class indices in their order, and index, name and share of every class in the photo, largest
 * first.
 */
export function saveClassesJson(stem: string, result: SegmentResult, names: readonly string[]): void {
  const classes = result.present.map(({ index, name, area }) => ({ index, name, area }));
  const { width, height } = result;
  const text = `${JSON.stringify({ width, height, names, classes }, null, 2)}\n`;
  saveFile(`${stem}-classes.json`, new Blob([text], { type: 'application/json' }), 'application/json');
}
