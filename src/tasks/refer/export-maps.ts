import type { AttentionMaps } from '../../engine/protocol.ts';
import type { TokenInfo } from '../../text/tokens.ts';
import { saveFile } from '../../ui/download.ts';
import type { HeatMap } from '../attention/map.ts';
import type { MapSource } from '../attention/source.ts';
import { slug } from './slug.ts';

/** `attention-16` for the means at 1/16, `attention-output_blocks.5.1-head2` for one head. */
function sourceSlug(source: MapSource | undefined, { level }: AttentionMaps): string {
  return source ? `attention-${source.layer}-head${source.head + 1}` : `attention-${8 * 2 ** level}`;
}

/** `<stem>-<prompt>-<source>.npy`: float32 [tokens, height, width], weights as they are; and the tokens, in order, as .json beside it. */
export async function saveMapsNpy(
  stem: string,
  prompt: string,
  source: MapSource | undefined,
  maps: AttentionMaps,
  tokens: readonly TokenInfo[],
): Promise<void> {
  const { writeNpy } = await import('../../image/npy.ts');
  const name = `${stem}-${slug(prompt)}-${sourceSlug(source, maps)}`;
  const { level, width, height, coverX, coverY, data } = maps;
  saveFile(`${name}.npy`, writeNpy(data.slice(), [maps.tokens, height, width]), 'application/octet-stream');
  const facts = {
    prompt,
    source: source ?? 'means that the head used',
    stride: 8 * 2 ** level,
    // The last cells reach over the photo's edge unless these are 1.
    cover: { x: coverX, y: coverY },
    tokens: tokens.slice(0, maps.tokens).map(({ text, kind }) => ({ text, kind })),
  };
  saveFile(`${name}.json`, new TextEncoder().encode(JSON.stringify(facts, undefined, 1)), 'application/json');
}

/** `<stem>-attention-<word>.png`: the map as on the stage, without the photo, at the mask's size; the scale's ends are in its text. */
export async function saveHeatPng(
  stem: string,
  word: string,
  map: HeatMap,
  high: number,
  size: { readonly width: number; readonly height: number },
): Promise<void> {
  const { encodeHeatPng } = await import('./heat-png.ts');
  saveFile(`${stem}-attention-${slug(word)}.png`, encodeHeatPng(word, map, high, size), 'image/png');
}
