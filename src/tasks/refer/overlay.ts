import type { ReferResult } from '../../engine/protocol.ts';
import { colormap } from '../../image/colormap.ts';
import { heatLayer } from '../attention/overlay.ts';
import type { Layer, MaskLayer } from '../layer.ts';
import { DIFFERENCE, maskColour } from './colour.ts';
import { compareShapes } from './compare.ts';
import type { MaskItem } from './masks.ts';
import type { MaskShape } from './shape.ts';
import type { ReferView } from './view.ts';
import { scaleOf, shownWord, wordMaps } from './words.ts';

const HEAT_OPACITY = 0.85;

/** A mask of the list with what it is made of. */
export interface ListedMask {
  readonly item: MaskItem;
  readonly result: ReferResult;
  readonly shape: MaskShape;
}

const differencePalette = new Uint8Array(4 * 256);
for (const [value, colour] of Object.entries(DIFFERENCE)) differencePalette.set([...colour, 255], 4 * Number(value));

function maskLayer({ item, shape }: ListedMask, opacity: number, outline: boolean): MaskLayer {
  return {
    kind: 'mask',
    plane: shape.plane,
    threshold: item.threshold,
    tint: maskColour(item.colour),
    opacity,
    outline,
  };
}

/**
 * All masks that are not hidden, the one on show (`prompt`) last. With a word on show, its heat map below that mask's outline alone;
 * with a comparison, where the two masks differ.
 */
export function referLayers(masks: readonly ListedMask[], prompt: string, view: ReferView): readonly Layer[] {
  const shown = masks.find(({ item }) => item.prompt === prompt);
  const other = masks.find(({ item }) => item.prompt === view.compare);
  const words = shown ? wordMaps(shown.result, view) : [];
  const word = shownWord(words, view);
  if (shown && word?.map)
    return [
      heatLayer(word.map, scaleOf(words, word, view.shared), colormap('inferno'), HEAT_OPACITY),
      ...(shown.item.hidden ? [] : [maskLayer(shown, 0, view.outline)]),
    ];
  if (shown && other && other !== shown)
    return [
      {
        kind: 'labels',
        plane: compareShapes(shown.shape, other.shape).plane,
        palette: differencePalette,
        opacity: Math.max(view.opacity, SHOWS_WHITE),
        highlight: -1,
      },
    ];
  return masks
    .filter(({ item }) => !item.hidden)
    .sort((a, b) => Number(a === shown) - Number(b === shown))
    .map((mask) => maskLayer(mask, view.opacity, view.outline));
}

/** Below this, white over a light wall is not seen. */
const SHOWS_WHITE = 0.6;
