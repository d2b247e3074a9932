import type { ReferResult } from '../../../engine/results.ts';
import { saveFile } from '../../../ui/download.ts';
import { importCode } from '../../../ui/import-code.ts';
import { strideOf } from '../../../vpd/attention-spec.ts';
import type { HeatMap } from '../../attention/heat-map.ts';
import { slug } from '../slug.ts';
import { type ChosenMaps, meansName } from './word-maps.ts';

/** Part of a file name for the maps' source: `attention-16` for the means at 1/16, `attention-output_blocks.5.1-head2` for one head. */
function sourceSlug({ source, maps }: ChosenMaps): string {
  return source ? `attention-${source.layer}-head${source.head + 1}` : `attention-${strideOf(maps.level)}`;
}

type Answer = Pick<ReferResult, 'tokens' | 'zeroShot'>;

/** Returns the common name of the files of maps, `<stem>-<prompt>-<source>`, and the facts for the .json file. */
export function aboutMaps(stem: string, prompt: string, chosen: ChosenMaps, answer: Answer) {
  const { source, maps } = chosen;
  const { level, coverX, coverY, tokens } = maps;
  return {
    name: `${stem}-${slug(prompt)}-${sourceSlug(chosen)}`,
    facts: {
      prompt,
      // Heads are counted from 1, as on the page and in the file's name.
      source: source ? { ...source, head: source.head + 1 } : meansName(answer),
      stride: strideOf(level),
      // Below 1 if the last cells extend past the photo's edge.
      cover: { x: coverX, y: coverY },
      tokens: answer.tokens.slice(0, tokens).map(({ text, kind }) => ({ text, kind })),
    },
  };
}

/** Saves `<stem>-<prompt>-<source>.npy`, weights as float32 [tokens, height, width], and a .json file with the tokens in order. */
export async function saveMapsNpy(stem: string, prompt: string, chosen: ChosenMaps, answer: Answer): Promise<void> {
  const { writeNpy } = await importCode(() => import('../../../image/formats/npy.ts'));
  const { name, facts } = aboutMaps(stem, prompt, chosen, answer);
  const { tokens, width, height, data } = chosen.maps;
  saveFile(`${name}.npy`, writeNpy(data.slice(), [tokens, height, width]), 'application/octet-stream');
  saveFile(`${name}.json`, new TextEncoder().encode(JSON.stringify(facts, undefined, 1)), 'application/json');
}

/** Saves `<stem>-attention-<word>.png`: the map as on the stage, without the photo, at the mask's size; its text states the scale. */
export async function saveHeatPng(
  stem: string,
  word: string,
  map: HeatMap,
  high: number,
  size: { readonly width: number; readonly height: number },
): Promise<void> {
  const { encodeHeatPng } = await importCode(() => import('./heat-png.ts'));
  saveFile(`${stem}-attention-${slug(word)}.png`, encodeHeatPng(word, map, high, size), 'image/png');
}
