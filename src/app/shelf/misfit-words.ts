import type { FitReport, WayOut } from '../../engine/fit.ts';
import { formatBytes } from '../../format-bytes.ts';

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

/** What a model that fits asks of this device, beside what there is, in one sentence. */
export function fitWords({ needs, load }: FitReport): string {
  const { of, needed, limit } = load;
  const here = Number.isFinite(limit) ? formatBytes(limit) : 'what the browser does not tell';
  return of === 'buffer'
    ? `At ${needs.longSide} px its largest buffer has ${formatBytes(needed)}; one of this graphics device may have ${here}.`
    : `At ${needs.longSide} px it needs about ${formatBytes(needed)} of memory; WebAssembly can use ${here}.`;
}

/** What of this device is too small for a model that is not here yet, and what helps, in one paragraph. */
export function misfitWords({ problems, ways }: FitReport): string {
  const end = ways.length > 0 ? `What helps: ${ways.map(help).join(', or ')}.` : 'Nothing here helps with that.';
  return [...problems, end].join(' ');
}
