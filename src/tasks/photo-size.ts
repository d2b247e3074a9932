/** Pixels of a photo, after EXIF orientation. */
export interface PhotoSize {
  readonly width: number;
  readonly height: number;
}

/** Returns e.g. `4000 × 3000 px`. */
export const sizeText = ({ width, height }: PhotoSize): string => `${width} × ${height} px`;

export const sameSize = (a: PhotoSize, b: PhotoSize): boolean => a.width === b.width && a.height === b.height;
