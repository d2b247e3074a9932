import type { ReferResult } from '../../../engine/protocol.ts';
import { saveFile } from '../../../ui/download.ts';
import { importCode } from '../../../ui/import-code.ts';
import { strideOf } from '../../../vpd/attention-spec.ts';
import type { HeatMap } from '../../attention/map.ts';
import { slug } from '../slug.ts';
import { type ChosenMaps, meansName } from './words.ts';

/** `attention-16` for the means at 1/16, `attention-output_blocks.5.1-head2` for one head. */
function sourceSlug({ source, maps }: ChosenMaps): string {
  return source ? `attention-${source.layer}-head${source.head + 1}` : `attention-${strideOf(maps.level)}`;
}

type Answer = Pick<ReferResult, 'tokens' | 'zeroShot'>;

/** The name that the files of maps have in common, `<stem>-<prompt>-<source>`, and what there is to know of the numbers. */
export function aboutMaps(stem: string, prompt: string, chosen: ChosenMaps, answer: Answer) {
  const { level, coverX, coverY, tokens } = chosen.maps;
  return {
    name: `${stem}-${slug(prompt)}-${sourceSlug(chosen)}`,
    facts: {
      prompt,
      source: chosen.source ?? meansName(answer),
      stride: strideOf(level),
      // The last cells reach over the photo's edge unless these are 1.
      cover: { x: coverX, y: coverY },
      tokens: answer.tokens.slice(0, tokens).map(({ text, kind }) => ({ text, kind })),
    },
  };
}

/** `<stem>-<prompt>-<source>.npy`: float32 [tokens, height, width], weights as they are; and the tokens, in order, as .json beside it. */
export async function saveMapsNpy(stem: string, prompt: string, chosen: ChosenMaps, answer: Answer): Promise<void> {
  const { writeNpy } = await importCode(() => import('../../../image/npy.ts'));
  const { name, facts } = aboutMaps(stem, prompt, chosen, answer);
  const { tokens, width, height, data } = chosen.maps;
  saveFile(`${name}.npy`, writeNpy(data.slice(), [tokens, height, width]), 'application/octet-stream');
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
  const { encodeHeatPng } = await importCode(() => import('./heat-png.ts'));
  saveFile(`${stem}-attention-${slug(word)}.png`, encodeHeatPng(word, map, high, size), 'image/png');
}
