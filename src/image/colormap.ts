import {
  interpolateCividis,
  interpolateCool,
  interpolateGreys,
  interpolateInferno,
  interpolateMagma,
  interpolatePlasma,
  interpolateSpectral,
  interpolateTurbo,
  interpolateViridis,
  interpolateWarm,
} from 'd3-scale-chromatic';

/** Colour at 0…1 as CSS (`#rrggbb` or `rgb(r, g, b)`). Names as in matplotlib; spectral runs from red (0) to blue (1). */
const INTERPOLATORS = {
  turbo: interpolateTurbo,
  viridis: interpolateViridis,
  inferno: interpolateInferno,
  magma: interpolateMagma,
  plasma: interpolatePlasma,
  cividis: interpolateCividis,
  spectral: interpolateSpectral,
  warm: interpolateWarm,
  cool: interpolateCool,
  gray: (t: number) => interpolateGreys(1 - t), // d3 runs from white to black.
} as const satisfies Record<string, (t: number) => string>;

export type ColormapName = keyof typeof INTERPOLATORS;
export const COLORMAPS: readonly ColormapName[] = [
  'turbo',
  'viridis',
  'inferno',
  'magma',
  'plasma',
  'cividis',
  'spectral',
  'warm',
  'cool',
  'gray',
];
const LUT_SIZE = 256;

const tables = new Map<ColormapName, Uint8Array>();

/** Look-up table of a colormap: 256 × RGB, entry i is the colour at i/255. Shared, so callers must not write to it. */
export function colormap(name: ColormapName): Uint8Array {
  let table = tables.get(name);
  if (!table) {
    table = new Uint8Array(LUT_SIZE * 3);
    for (let i = 0; i < LUT_SIZE; i++) table.set(parseColor(INTERPOLATORS[name](i / (LUT_SIZE - 1))), i * 3);
    tables.set(name, table);
  }
  return table;
}

/** Colours a plane: values from min to max map to entries 0…255, clamped (255…0 if inverted). Returns RGB, 3 bytes per pixel. */
export function applyColormap(
  plane: Float32Array,
  [min, max]: readonly [number, number],
  table: Uint8Array,
  inverted = false,
): Uint8Array {
  const rgb = new Uint8Array(plane.length * 3);
  const scale = max > min ? (LUT_SIZE - 1) / (max - min) : 0;
  for (let i = 0; i < plane.length; i++) {
    const step = Math.min(Math.max(Math.round(((plane[i] ?? 0) - min) * scale), 0), LUT_SIZE - 1);
    const at = 3 * (inverted ? LUT_SIZE - 1 - step : step);
    for (let c = 0; c < 3; c++) rgb[i * 3 + c] = table[at + c] ?? 0;
  }
  return rgb;
}

function parseColor(css: string): number[] {
  const hex = /^#(..)(..)(..)$/.exec(css);
  if (hex) return hex.slice(1).map((part) => Number.parseInt(part, 16));
  return (css.match(/[\d.]+/g) ?? []).slice(0, 3).map((part) => Math.round(Number(part)));
}
