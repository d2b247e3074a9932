import { colormap } from '../../image/colormap.ts';
import type { DepthView } from './view.ts';

/** Number of colour stops along the bar; more cannot be distinguished at its width. */
const STOPS = 24;

/** CSS gradient of the legend's bar, near on the left. */
export function depthGradient(view: Pick<DepthView, 'colormap' | 'invert'>): string {
  const table = colormap(view.colormap);
  const stops = Array.from({ length: STOPS }, (_, i) => {
    const along = i / (STOPS - 1);
    const entry = 3 * Math.round(255 * (view.invert ? 1 - along : along));
    return `rgb(${table[entry]} ${table[entry + 1]} ${table[entry + 2]})`;
  });
  return `linear-gradient(to right, ${stops.join(', ')})`;
}
