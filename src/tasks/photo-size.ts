/** Pixels of a photo, after EXIF orientation. */
export interface PhotoSize {
  readonly width: number;
  readonly height: number;
}

/** Returns e.g. `4000 × 3000 px`. */
export const sizeText = ({ width, height }: PhotoSize): string => `${width} × ${height} px`;

export const sameSize = (a: PhotoSize, b: PhotoSize): boolean => a.width === b.width && a.height === b.height;

/** Ratio of a photo's sides from which on it is no usual shape: 16:9 and 2:1 are, panoramas are not. */
const UNUSUAL_RATIO = 3;

/** True for panoramas and strips. Models learn from photos between square and about 2:1. */
export const isUnusualShape = ({ width, height }: PhotoSize): boolean =>
  Math.max(width, height) > UNUSUAL_RATIO * Math.min(width, height);

/** Returns why results for a photo of an unusual shape are worse, in one sentence; undefined for other shapes. */
export function shapeNote(size: PhotoSize): string | undefined {
  if (!isUnusualShape(size)) return undefined;
  const { width, height } = size;
  const ratio = (Math.max(width, height) / Math.min(width, height)).toFixed(1).replace('.0', '');
  const shape = width > height ? `${ratio} times as wide as high` : `${ratio} times as high as wide`;
  return `This photo is ${shape}, and the model learned from photos of usual shapes: expect more mistakes, or crop the photo.`;
}
