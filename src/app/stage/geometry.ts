export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A point in CSS pixels from the stage's top left corner. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A rectangle in CSS pixels of the stage. */
export interface Rect extends Point, Size {}

/** Returns the largest centred rectangle inside the stage with the photo's aspect ratio. */
export function containRect(stage: Size, photo: Size): Rect {
  if (stage.width <= 0 || stage.height <= 0 || photo.width <= 0 || photo.height <= 0)
    return { x: 0, y: 0, width: 0, height: 0 };
  const scale = Math.min(stage.width / photo.width, stage.height / photo.height);
  const width = photo.width * scale;
  const height = photo.height * scale;
  return { x: (stage.width - width) / 2, y: (stage.height - height) / 2, width, height };
}

/** Returns the position of a stage point on the photo, as fractions in [0, 1); undefined outside the photo. */
export function pointOnPhoto(rect: Rect, x: number, y: number): { u: number; v: number } | undefined {
  const u = (x - rect.x) / rect.width;
  const v = (y - rect.y) / rect.height;
  return u >= 0 && u < 1 && v >= 0 && v < 1 ? { u, v } : undefined;
}

/**
 * Returns a photo's rectangle in device pixels; moved to whole pixels if the photo has its own size there, so that it is drawn pixel for
 * pixel, without smoothing.
 */
export function wholePixels(rect: Rect, { width, height }: Size): Rect {
  const isSame = (a: number, b: number) => Math.abs(a - b) < 0.5;
  if (!isSame(rect.width, width) || !isSame(rect.height, height)) return rect;
  return { x: Math.round(rect.x), y: Math.round(rect.y), width, height };
}

/** Largest fraction: just below 1, so that a moved crosshair stays on the photo. */
const LAST = 1 - 1e-9;

/** Returns a point moved by whole pixels of the photo, kept on the photo and at pixel centres. */
export function movePoint(
  point: { u: number; v: number },
  dx: number,
  dy: number,
  photo: Size,
): { u: number; v: number } {
  const step = (share: number, by: number, size: number) => {
    const pixel = Math.min(size - 1, Math.max(0, Math.floor(share * size) + by));
    return Math.min(LAST, (pixel + 0.5) / size);
  };
  return { u: step(point.u, dx, photo.width), v: step(point.v, dy, photo.height) };
}
