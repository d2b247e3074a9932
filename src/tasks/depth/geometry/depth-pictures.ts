import { applyColormap, colormap } from '../../../image/colormap.ts';
import { writeNpy } from '../../../image/formats/npy.ts';
import { encodeDepthPng, encodePng8 } from '../../../image/formats/png.ts';
import { resizePlane } from '../../../image/resize.ts';
import type { PhotoSize } from '../../photo-size.ts';
import { drawContours } from '../contours.ts';
import type { DepthMap, FileRequest, PhotoSized } from './protocol.ts';

/*
 * Files of a depth map at the photo's size, which the panel and a batch write alike.
 */

/**
 * Resizes depth to the photo's size as the command line does, which starts from the network's output and not from the page's result. At
 * 4000 × 3000 px, through a result of 1536 × 1152, the embedded model's metres differ from it by 0.02 mm on average and 7 mm at most.
 */
export const atSize = ({ metres, width, height }: DepthMap, size: PhotoSize): DepthMap => ({
  width: size.width,
  height: size.height,
  metres: resizePlane(metres, width, height, size.width, size.height),
});

/** Draws depth in colours, with its contour lines. */
export function coloursPng(file: Omit<Extract<FileRequest, { format: 'colours' }>, 'format'>): Uint8Array<ArrayBuffer> {
  const { low, high } = file;
  const depth = atSize(file.depth, file.size);
  const { metres, width, height } = depth;
  const rgb = applyColormap(metres, [Math.min(low, high), Math.max(low, high)], colormap(file.colormap), low > high);
  if (file.contour > 0) drawContours(rgb, depth, file.contour);
  return new Uint8Array(encodePng8(rgb, width, height, 'rgb'));
}

/** Writes depth as 16-bit samples in millimetres. */
export function millimetresPng(file: PhotoSized): Uint8Array<ArrayBuffer> {
  const { metres, width, height } = atSize(file.depth, file.size);
  return new Uint8Array(encodeDepthPng(metres, width, height));
}

/** Writes depth in metres, rows × columns. */
export function metresNpy(file: PhotoSized): Uint8Array<ArrayBuffer> {
  const { metres, width, height } = atSize(file.depth, file.size);
  return writeNpy(metres, [height, width]);
}
