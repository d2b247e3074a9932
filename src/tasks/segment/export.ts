import type { SegmentResult } from '../../engine/protocol.ts';
import { saveFile } from '../../ui/download.ts';

/** `<stem>-classes.npy`: uint8 class index, height × width. */
export async function saveLabelsNpy(stem: string, result: SegmentResult): Promise<void> {
  const { writeNpy } = await import('../../image/npy.ts');
  saveFile(
    `${stem}-classes.npy`,
    writeNpy(result.labels.slice(), [result.height, result.width]),
    'application/octet-stream',
  );
}

/** `<stem>-classes.json`: index, name and share of every class in the photo, largest first. */
export function saveClassesJson(stem: string, result: SegmentResult): void {
  const classes = result.present.map(({ index, name, area }) => ({ index, name, area }));
  const text = `${JSON.stringify({ width: result.width, height: result.height, classes }, null, 2)}\n`;
  saveFile(`${stem}-classes.json`, new Blob([text], { type: 'application/json' }), 'application/json');
}
