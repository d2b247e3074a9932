import { colormap } from '../../image/colormap.ts';
import type { DepthView } from './view.ts';

/** Colours along the bar; more stops than this cannot be told apart at its width. */
const STOPS = 24;

/** The legend's bar as CSS, near on the left. */
export function depthGradient(view: Pick<DepthView, 'colormap' | 'invert'>): string {
  const table = colormap(view.colormap);
  const stops = Array.from({ length: STOPS }, (_, i) => {
    const along = i / (STOPS - 1);
    const entry = 3 * Math.round(255 * (view.invert ? 1 - along : along));
    return `rgb(${table[entry]} ${table[entry + 1]} ${table[entry + 2]})`;
  });
  return `linear-gradient(to right, ${stops.join(', ')})`;
}
