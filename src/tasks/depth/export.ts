import type { DepthResult } from '../../engine/protocol.ts';
import { saveFile } from '../../ui/download.ts';

/** `<stem>-depth.npy`: float32 metres, height × width. */
export async function saveDepthNpy(stem: string, result: DepthResult): Promise<void> {
  const { writeNpy } = await import('../../image/npy.ts');
  saveFile(
    `${stem}-depth.npy`,
    writeNpy(result.metres.slice(), [result.height, result.width]),
    'application/octet-stream',
  );
}

/** `<stem>-depth-mm.png`: 16-bit grey, one unit per millimetre; the name carries the unit because a PNG cannot. */
export async function saveDepthPng(stem: string, result: DepthResult): Promise<void> {
  const { encodeDepthPng } = await import('../../image/png.ts');
  saveFile(`${stem}-depth-mm.png`, encodeDepthPng(result.metres, result.width, result.height), 'image/png');
}
