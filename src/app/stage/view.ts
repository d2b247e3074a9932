import { containRect, type Point, type Rect, type Size } from './geometry.ts';

/** The part of the photo that the stage shows, in fractions of the photo, so that it survives a resize of the window. */
export interface View {
  /** 1 = the whole photo, fitted; less only for a small photo at its own size. */
  readonly scale: number;
  /** The photo's point at the stage's centre. */
  readonly u: number;
  readonly v: number;
}

export const FIT: View = { scale: 1, u: 0.5, v: 0.5 };

/** CSS pixels per photo pixel at the largest zoom: a finger can point at single pixels. */
const CLOSEST = 32;
/** Smallest value of the maximum zoom; it applies to small photos, which are already enlarged when fitted. */
const LEAST_RANGE = 8;

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));

/** Returns the photo's rectangle in CSS pixels of the stage. Parts may lie outside; a photo larger than the stage leaves no gap. */
export function viewRect(stage: Size, photo: Size, view: View): Rect {
  const fit = containRect(stage, photo);
  if (fit.width === 0) return fit;
  const scale = Math.min(view.scale, Math.max(LEAST_RANGE, (CLOSEST * photo.width) / fit.width));
  const place = (room: number, size: number, centre: number) =>
    size <= room ? (room - size) / 2 : clamp(room / 2 - centre * size, room - size, 0);
  const width = fit.width * scale;
  const height = fit.height * scale;
  return { x: place(stage.width, width, view.u), y: place(stage.height, height, view.v), width, height };
}

/** Returns the view for a rectangle, limited to what `viewRect` can show, so that a drag beyond the limit has no later effect. */
function limitedView(stage: Size, photo: Size, rect: Rect): View {
  const fit = containRect(stage, photo);
  const loose = {
    scale: rect.width / fit.width,
    u: (stage.width / 2 - rect.x) / rect.width,
    v: (stage.height / 2 - rect.y) / rect.height,
  };
  const shown = viewRect(stage, photo, loose);
  const scale = shown.width / fit.width;
  // All of the photo is on the stage, in the middle.
  if (scale <= 1) return { ...FIT, scale };
  return {
    scale,
    u: (stage.width / 2 - shown.x) / shown.width,
    v: (stage.height / 2 - shown.y) / shown.height,
  };
}

/** Zooms by a factor, out to the fitted photo at most; the photo's point at `at` (CSS pixels of the stage) stays where it is. */
export function zoomView(stage: Size, photo: Size, view: View, factor: number, at: Point): View {
  const { width } = viewRect(stage, photo, view);
  const least = Math.min(width, containRect(stage, photo).width);
  return widthView(stage, photo, view, Math.max(least, width * factor), at);
}

/** Shows the photo at a width in CSS pixels, up to the largest zoom; its point at `at` stays where it is. */
export function widthView(stage: Size, photo: Size, view: View, width: number, at: Point): View {
  const rect = viewRect(stage, photo, view);
  if (rect.width === 0) return view;
  const closest = viewRect(stage, photo, { ...view, scale: Number.MAX_VALUE }).width;
  const wanted = Math.min(width, closest);
  const grown = wanted / rect.width;
  return limitedView(stage, photo, {
    x: at.x - (at.x - rect.x) * grown,
    y: at.y - (at.y - rect.y) * grown,
    width: wanted,
    height: rect.height * grown,
  });
}

/** Moves the photo by CSS pixels. */
export function panView(stage: Size, photo: Size, view: View, dx: number, dy: number): View {
  const rect = viewRect(stage, photo, view);
  return rect.width === 0 ? view : limitedView(stage, photo, { ...rect, x: rect.x + dx, y: rect.y + dy });
}

/** Smallest distance of a crosshair moved by keys from the stage's edge, in CSS pixels. */
const MARGIN = 24;

/** Returns the view after the smallest pan that brings a point of the photo (fractions) inside the stage, MARGIN from its edge. */
export function revealView(stage: Size, photo: Size, view: View, point: { u: number; v: number }): View {
  const rect = viewRect(stage, photo, view);
  const need = (room: number, at: number) => clamp(at, MARGIN, Math.max(MARGIN, room - MARGIN)) - at;
  const dx = rect.width > stage.width ? need(stage.width, rect.x + point.u * rect.width) : 0;
  const dy = rect.height > stage.height ? need(stage.height, rect.y + point.v * rect.height) : 0;
  return dx === 0 && dy === 0 ? view : panView(stage, photo, view, dx, dy);
}

/** Returns the part of the photo's rectangle that lies inside the stage. */
export function visibleRect(stage: Size, rect: Rect): Rect {
  const x = Math.max(0, rect.x);
  const y = Math.max(0, rect.y);
  return {
    x,
    y,
    width: Math.max(0, Math.min(stage.width, rect.x + rect.width) - x),
    height: Math.max(0, Math.min(stage.height, rect.y + rect.height) - y),
  };
}
