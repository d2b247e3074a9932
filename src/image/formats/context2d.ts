import { VpdError } from '../../errors.ts';

/**
 * 2D drawing context of a new OffscreenCanvas (`context.canvas`), in sRGB.
 * @throws VpdError no-memory
 */
export function context2d(
  width: number,
  height: number,
  { willReadFrequently = false }: { readonly willReadFrequently?: boolean } = {},
): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(width, height).getContext('2d', { colorSpace: 'srgb', willReadFrequently });
  if (!context)
    throw new VpdError(
      'no-memory',
      `There was no memory for a picture of ${width}×${height} px. Close other pages or use a smaller photo.`,
    );
  return context;
}
