/** Okabe & Ito's colours (without black), distinguishable with all kinds of colour vision. */
const FIRST = [0xe69f00, 0x56b4e9, 0x009e73, 0xf0e442, 0x0072b2, 0xd55e00, 0xcc79a7];
const MAX_COLOURS = 256;
/** Levels per channel of the candidate colours: 13³ = 2197, several times MAX_COLOURS. */
const LEVELS = 13;
/** Range of lightness (OKLab) that is visible on a photo: neither near black nor near white. */
const LIGHTNESS = [0.35, 0.93] as const;

type Colour = readonly [red: number, green: number, blue: number];
type Triple = readonly [number, number, number];

/** Full, red-blind and green-blind vision on linear RGB (Machado, Oliveira & Fernandes, 2009, severity 1.0). */
const VISIONS: readonly (readonly [Triple, Triple, Triple])[] = [
  [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
];

const dot = (a: Triple, b: Triple) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const linear = (channel: number) => {
  const v = channel / 255;
  return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
};

/** Converts linear RGB to Ottosson's OKLab, in which distances are close to perceived differences. */
function oklab(rgb: Triple): Triple {
  const l = Math.cbrt(Math.max(0, dot([0.4122214708, 0.5363325363, 0.0514459929], rgb)));
  const m = Math.cbrt(Math.max(0, dot([0.2119034982, 0.6806995451, 0.1073969566], rgb)));
  const s = Math.cbrt(Math.max(0, dot([0.0883024619, 0.2817188376, 0.6299787005], rgb)));
  const lms: Triple = [l, m, s];
  return [
    dot([0.2104542553, 0.793617785, -0.0040720468], lms),
    dot([1.9779984951, -2.428592205, 0.4505937099], lms),
    dot([0.0259040371, 0.7827717662, -0.808675766], lms),
  ];
}

/** OKLab of a colour as seen with each kind of vision. */
function appearances(color: number): Triple[] {
  const rgb: Triple = [linear(color >> 16), linear((color >> 8) & 0xff), linear(color & 0xff)];
  return VISIONS.map(([r, g, b]) => oklab([dot(r, rgb), dot(g, rgb), dot(b, rgb)]));
}

const squared = (a: Triple, b: Triple) => (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2;

/** Squared distance for the kind of vision that distinguishes the two colours least. */
function difference(a: readonly Triple[], b: readonly Triple[]): number {
  let least = Number.POSITIVE_INFINITY;
  a.forEach((seen, vision) => {
    const other = b[vision];
    if (other) least = Math.min(least, squared(seen, other));
  });
  return least;
}

function candidates(): number[] {
  const level = (i: number) => Math.round((i * 255) / (LEVELS - 1));
  const colors: number[] = [];
  for (let r = 0; r < LEVELS; r++)
    for (let g = 0; g < LEVELS; g++)
      for (let b = 0; b < LEVELS; b++) colors.push((level(r) << 16) | (level(g) << 8) | level(b));
  return colors.filter((color) => {
    const lightness = appearances(color)[0]?.[0] ?? 0;
    return lightness >= LIGHTNESS[0] && lightness <= LIGHTNESS[1];
  });
}

/** Colours found so far, and the candidates with their distance to the nearest of them. Empty until the first colour is requested. */
const found: number[] = [];
const pool: { readonly color: number; readonly seen: readonly Triple[]; nearest: number }[] = [];

function add(color: number, seen: readonly Triple[]): void {
  found.push(color);
  for (const candidate of pool) candidate.nearest = Math.min(candidate.nearest, difference(candidate.seen, seen));
}

/** Finds colours until there are `count` (at most 256), one by one as classes need them: each takes about a millisecond. */
function findColours(count: number): readonly number[] {
  if (pool.length === 0) {
    for (const color of candidates()) pool.push({ color, seen: appearances(color), nearest: Number.POSITIVE_INFINITY });
    for (const color of FIRST) add(color, appearances(color));
  }
  while (found.length < Math.min(count, MAX_COLOURS)) {
    const next = pool.reduce((best, candidate) => (candidate.nearest > best.nearest ? candidate : best));
    add(next.color, next.seen);
  }
  return found;
}

const channels = (color: number): Colour => [color >> 16, (color >> 8) & 0xff, color & 0xff];

/**
 * Colours of classes 0…count−1, RGB, 3 bytes each; the same in every run, and the first ones the same for every count. Each colour is
 * the candidate farthest from all previous ones for full, red-blind and green-blind vision. Colours repeat after 256.
 */
export function classPalette(count: number): Uint8Array {
  const rgb = new Uint8Array(count * 3);
  for (let i = 0; i < count; i++) rgb.set(classColour(i), i * 3);
  return rgb;
}

/** Colour of a class, 0…255 per channel; the same in the legend, on the photo and in every run. */
export function classColour(index: number): Colour {
  const color = index % MAX_COLOURS;
  return channels(findColours(color + 1)[color] ?? 0);
}

/** Colour of a mask in the list and on the photo; the first seven are distinguishable with all kinds of colour vision. */
export const maskColour = classColour;

export const css = ([red, green, blue]: Colour): string => `rgb(${red} ${green} ${blue})`;
