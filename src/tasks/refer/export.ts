import type { ReferResult } from '../../engine/protocol.ts';
import { saveFile } from '../../ui/download.ts';

/** A prompt as part of a file name: letters and digits of any script, at most 40 characters. */
export function slug(prompt: string): string {
  const kept = prompt.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '-');
  return [...kept].slice(0, 40).join('').replaceAll(/^-|-$/g, '') || 'mask';
}

/** `<stem>-<prompt>.png`: 8-bit grey, 255 inside the mask at this threshold and 0 outside. */
export async function saveMaskPng(stem: string, prompt: string, result: ReferResult, threshold: number): Promise<void> {
  const { encodePng8 } = await import('../../image/png.ts');
  const gray = Uint8Array.from(result.probability, (probability) => (probability > threshold ? 255 : 0));
  saveFile(`${stem}-${slug(prompt)}.png`, encodePng8(gray, result.width, result.height, 'gray'), 'image/png');
}
