/** Formatting of numbers for people. Every function accepts every number: NaN and infinities give a dash. */

const DASH = '–';

function fixed(value: number, digits: number): string {
  return Number.isFinite(value) ? value.toFixed(digits) : DASH;
}

export const formatMetres = (metres: number): string => `${fixed(metres, 2)} m`;

/** Formats a share 0..1 as a percentage; a small share that is not 0 is never shown as 0. */
export function formatShare(share: number): string {
  if (!Number.isFinite(share)) return DASH;
  if (share > 0 && share < 0.001) return '< 0.1 %';
  return `${(100 * share).toFixed(1)} %`;
}

/** Formats a share 0..1 in whole percent. */
export const formatPercent = (share: number): string => `${fixed(100 * share, 0)} %`;

/** Formats a model's estimate of a probability in whole percent, but never as certainty. */
export function formatChance(chance: number): string {
  if (chance >= 0.995) return 'over 99 %';
  return chance < 0.005 ? 'under 1 %' : formatPercent(chance);
}

/** Formats a probability or an IoU with three decimals; one that is not 0 is never shown as 0. */
export function formatWeight(weight: number): string {
  if (!Number.isFinite(weight)) return DASH;
  if (weight !== 0 && Math.abs(weight) < 0.001) return '< 0.001';
  return weight.toFixed(3);
}

/** Formats a share that is usually small: two significant digits, down to a millionth. */
export function formatSmall(share: number): string {
  if (!Number.isFinite(share)) return DASH;
  if (share === 0) return '0';
  return share < 1e-6 ? '< 0.000001' : share.toPrecision(2);
}

/** Formats an attention weight: three decimals, or two significant digits if it is smaller, as most are. */
export const formatAttention = (weight: number): string =>
  weight < 0.001 ? formatSmall(weight) : formatWeight(weight);

export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return DASH;
  if (ms < 1) return '< 1 ms';
  // Rounds before splitting, so that 119.6 s is 2 min 0 s and not 1 min 60 s.
  if (Math.round(ms) < 1000) return `${Math.round(ms)} ms`;
  const tenths = Math.round(ms / 100);
  if (tenths < 600) return `${(tenths / 10).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(ms / 60_000);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Returns a file's name without folder and extension, as the start of a download's name: `photos/IMG 12.jpeg` → `IMG 12`. */
export function stem(name: string): string {
  const base = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
  const dot = base.lastIndexOf('.');
  return (dot > 0 ? base.slice(0, dot) : base) || 'photo';
}
