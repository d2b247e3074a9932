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

/** Returns one sentence: what a model that fits needs of this device, and the device's limit. */
export function fitWords({ needs, load }: FitReport): string {
  const { of, needed, limit } = load;
  if (of === 'memory')
    return `At ${needs.longSide} px it needs about ${formatBytes(needed)} of memory; WebAssembly can use ${formatBytes(limit)}.`;
  const allowed = Number.isFinite(limit)
    ? `this graphics device allows ${formatBytes(limit)}`
    : 'the browser does not say what this graphics device allows';
  return `At ${needs.longSide} px its largest buffer has ${formatBytes(needed)}; ${allowed}.`;
}

/** Returns one paragraph: which limits of this device a model exceeds, and what helps. */
export function misfitWords({ problems, ways }: FitReport): string {
  const end = ways.length > 0 ? `What helps: ${ways.map(help).join(', or ')}.` : 'Nothing here helps with that.';
  return [...problems, end].join(' ');
}
