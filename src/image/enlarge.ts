import type { GuidedFilter } from '../vpd/config.ts';
import type { Protocol } from './fit.ts';
import { applyFit, type Colours, coloursOf, createGuide } from './guided.ts';
import { resizePlane } from './resize.ts';
import type { RgbImage } from './rgb.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** A plane of a network's output, on its way to the result's size. */
interface Enlargeable {
  /** Returns the plane at the result's size. */
  enlarged(): Float32Array;
  /** Along the photo's edges: returns the same at the network's size, which takes less time. */
  readonly filtered?: () => Float32Array;
}
export type Enlarge = (plane: Float32Array) => Enlargeable;

/** What decides how planes are resized. */
interface How {
  /** Settings of the task in the pack. */
  readonly guided?: GuidedFilter | undefined;
  /** Only `fit` resizes along the photo's edges: the others give the network's own output. */
  readonly protocol?: Protocol | undefined;
}

/** True if planes are resized along the photo's edges. */
const isGuided = ({ guided, protocol = 'fit' }: How): boolean => guided !== undefined && protocol === 'fit';

/** Pixels up to which colours are kept: those of results that the page shows. */
const MAX_KEPT_PIXELS = 4_000_000;
/** Colours of the photo that was used last, at the two sizes that a result needs: the next prompt on it needs the same. */
let last: { readonly photo: WeakRef<RgbImage>; readonly sizes: readonly Colours[] } | undefined;

function keptColours(photo: RgbImage, { width, height }: Size): Colours {
  const sizes = last?.photo.deref() === photo ? last.sizes : [];
  const known = sizes.find((each) => each.width === width && each.height === height);
  if (known) return known;
  const made = coloursOf(photo, width, height);
  if (width * height <= MAX_KEPT_PIXELS) last = { photo: new WeakRef(photo), sizes: [made, ...sizes].slice(0, 2) };
  return made;
}

/** Returns a function that resizes planes of a network's output to a result's size: along the photo's edges if the pack says so, or else bilinearly. */
export function enlargeTo(photo: RgbImage, from: Size, to: Size, how: How): Enlarge {
  const { guided } = how;
  if (!guided || !isGuided(how))
    return (plane) => ({ enlarged: () => resizePlane(plane, from.width, from.height, to.width, to.height) });
  const small = keptColours(photo, from);
  const guide = createGuide(small, guided);
  let large: Colours | undefined = from.width === to.width && from.height === to.height ? small : undefined;
  return (plane) => {
    const found = guide(plane);
    return {
      filtered: () => applyFit(found, small),
      enlarged() {
        large ??= keptColours(photo, to);
        return applyFit(found, large);
      },
    };
  };
}

/** Metres, nearer than which no camera sees sharp; the logarithm needs a limit. */
const NEAREST = 1e-3;

/** Resizes depth in metres to a result's size. Along the photo's edges it is the logarithm that is resized: errors of depth are ratios. */
export function enlargeMetres(metres: Float32Array, photo: RgbImage, from: Size, to: Size, how: How): Float32Array {
  const enlarge = enlargeTo(photo, from, to, how);
  if (!isGuided(how)) return enlarge(metres).enlarged();
  return enlarge(metres.map((value) => Math.log(Math.max(value, NEAREST))))
    .enlarged()
    .map(Math.exp);
}
