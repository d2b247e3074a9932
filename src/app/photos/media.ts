/** What is in memory of the photos: their files and decoded pictures, by the photos' ids. Too heavy for the store. */
export interface Media {
  readonly files: Map<string, Blob>;
  readonly bitmaps: Map<string, ImageBitmap>;
  /** Read the files of photos that are not in memory. */
  readonly sources: Map<string, () => Promise<Blob>>;
  /** Copy of the last removed photo's file, while the removal can be undone. */
  removed: Promise<Blob> | undefined;
  /** Forgets a photo, but not the copy of a removed one. */
  forget(photo: string): void;
}

export function createMedia(): Media {
  const files = new Map<string, Blob>();
  const bitmaps = new Map<string, ImageBitmap>();
  const sources = new Map<string, () => Promise<Blob>>();
  return {
    files,
    bitmaps,
    sources,
    removed: undefined,
    forget(photo) {
      files.delete(photo);
      sources.delete(photo);
      bitmaps.get(photo)?.close();
      bitmaps.delete(photo);
    },
  };
}
