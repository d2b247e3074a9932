import type { FitReport, WayOut } from '../engine/fit.ts';

const help = (way: WayOut): string => {
  switch (way.kind) {
    case 'side':
      return `a smaller input (${way.longSide} px)`;
    case 'precision':
      return `converting as ${way.weights}`;
    case 'wasm':
      return 'WebAssembly (slower)';
    default:
      return way satisfies never;
  }
};

/** What of this device is too small for a model that is not here yet, and what helps, in one paragraph. */
export function misfitWords({ problems, ways }: FitReport): string {
  const end = ways.length > 0 ? `What helps: ${ways.map(help).join(', or ')}.` : 'Nothing here helps with that.';
  return [...problems, end].join(' ');
}
