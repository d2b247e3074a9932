import { VpdError } from '../errors.ts';
import type { TaskId, VpdConfig } from '../vpd/config.ts';
import { resizeToPlanes } from './resize.ts';
import type { RgbImage } from './rgb.ts';

interface Size {
  readonly w: number;
  readonly h: number;
}
export interface Window extends Size {
  readonly x: number;
  readonly y: number;
}

/** How a photo becomes network inputs: resized, then cut into windows (usually one, the whole photo), each zero-padded to `padded`. */
export interface Geometry {
  readonly resized: Size;
  /** Size of the network's input: multiples of config.working.multiple. */
  readonly padded: Size;
  /** Parts of the resized photo, left to right, top to bottom. */
  readonly windows: readonly Window[];
}

export type Protocol = 'fit' | 'direct' | 'paper';

/** Paper: side of a referring input and of a semantic window, and the stride of the windows (mmsegmentation's slide test). */
const PAPER_SIDE = 512;
const PAPER_STRIDE = 341;
/** mmsegmentation's img_scale for ADE20K: short side 512, long side at most 2048. */
const PAPER_LONG = 2048;
/** Paper: the two windows of a 640×480 NYU frame. */
const PAPER_DEPTH = { width: 640, height: 480, window: 480, x: [0, 160] } as const;
/** At this size, 128 f32 channels of the finest VAE level take 1 GiB; larger inputs do not run in 32-bit wasm or on common GPUs. */
export const MAX_INPUT_PIXELS = 2 * 1024 * 1024;

const ceilTo = (value: number, multiple: number) => Math.ceil(value / multiple) * multiple;
const whole = (size: Size): readonly Window[] => [{ x: 0, y: 0, ...size }];

/**
 * Sizes of the network inputs for a photo of width×height pixels (orientation applied), by protocol.
 * fit: resized, keeping the aspect ratio, to the largest size within working.longSide and working.shortSide; padded. direct: not resized,
 * padded. paper: the task's published protocol (Zhao et al.: depth, two 480 windows of 640×480; referring, squashed to 512×512;
 * semantic, short side 512, windows of 512 with stride 341).
 * @throws VpdError bad-request: sizes that are not whole positive numbers, too large for `direct`, or not the paper's
 */
export function geometry(
  protocol: Protocol,
  task: TaskId,
  width: number,
  height: number,
  working: VpdConfig['working'],
): Geometry {
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1)
    throw new VpdError(
      'bad-request',
      `A photo of ${width}×${height} px has no pixels; both sides must be whole numbers of at least 1.`,
    );
  const pad = (size: Size): Size => ({ w: ceilTo(size.w, working.multiple), h: ceilTo(size.h, working.multiple) });

  if (protocol === 'direct') {
    const resized = { w: width, h: height };
    const padded = pad(resized);
    if (padded.w * padded.h > MAX_INPUT_PIXELS)
      throw new VpdError(
        'bad-request',
        `A photo of ${width}×${height} px is too large to run without resizing (at most ${MAX_INPUT_PIXELS} pixels after padding); use the protocol “fit”.`,
      );
    return { resized, padded, windows: whole(resized) };
  }
  if (protocol === 'paper') return paperGeometry(task, width, height, pad);

  const [long, short] = [Math.max(width, height), Math.min(width, height)];
  const scale = Math.min(working.longSide / long, (working.shortSide ?? working.longSide) / short);
  const resized = { w: Math.max(1, Math.round(width * scale)), h: Math.max(1, Math.round(height * scale)) };
  return { resized, padded: pad(resized), windows: whole(resized) };
}

function paperGeometry(task: TaskId, width: number, height: number, pad: (size: Size) => Size): Geometry {
  switch (task) {
    case 'depth': {
      const { width: w, height: h, window } = PAPER_DEPTH;
      if (width !== w || height !== h)
        throw new VpdError(
          'bad-request',
          `The paper’s depth protocol takes photos of ${w}×${h} px, this one is ${width}×${height}; use the protocol “fit”.`,
        );
      const windows = PAPER_DEPTH.x.map((x) => ({ x, y: 0, w: window, h: window }));
      return { resized: { w, h }, padded: pad({ w: window, h: window }), windows };
    }
    case 'refer': {
      const resized = { w: PAPER_SIDE, h: PAPER_SIDE };
      return { resized, padded: pad(resized), windows: whole(resized) };
    }
    case 'segment': {
      const scale = Math.min(PAPER_SIDE / Math.min(width, height), PAPER_LONG / Math.max(width, height));
      const resized = { w: Math.max(1, Math.round(width * scale)), h: Math.max(1, Math.round(height * scale)) };
      const size = { w: Math.min(PAPER_SIDE, resized.w), h: Math.min(PAPER_SIDE, resized.h) };
      const windows = slide(resized.h, size.h).flatMap((y) => slide(resized.w, size.w).map((x) => ({ x, y, ...size })));
      return { resized, padded: pad(size), windows };
    }
    default:
      return task satisfies never;
  }
}

/** Starts of windows of `size` over `length` with the paper's stride; the last ends at the edge (mmsegmentation `slide_inference`). */
function slide(length: number, size: number): number[] {
  const count = Math.ceil(Math.max(length - size, 0) / PAPER_STRIDE) + 1;
  return Array.from({ length: count }, (_, i) => Math.min(i * PAPER_STRIDE, length - size));
}

/** Resizes a photo to `resized`: f32 [3,H,W] (planes R, G, B) in [−1,1], shared by all windows. */
export function toPlanes(image: RgbImage, { resized }: Geometry): Float32Array {
  const planes = resizeToPlanes(image, resized.w, resized.h);
  for (let i = 0; i < planes.length; i++) planes[i] = ((planes[i] ?? 0) / 255) * 2 - 1;
  return planes;
}

/** Cuts a window out of `toPlanes`: f32 [3,paddedH,paddedW], padded at the right and the bottom with 0 (middle grey), as in VPD. */
export function cutWindow(planes: Float32Array, { resized, padded }: Geometry, window: Window): Float32Array {
  const input = new Float32Array(3 * padded.w * padded.h);
  for (let c = 0; c < 3; c++)
    for (let y = 0; y < window.h; y++) {
      const from = (c * resized.h + window.y + y) * resized.w + window.x;
      input.set(planes.subarray(from, from + window.w), (c * padded.h + y) * padded.w);
    }
  return input;
}

/** Network input of one window of a photo: f32 [3,paddedH,paddedW] in [−1,1]. */
export function toInput(image: RgbImage, sizes: Geometry, index = 0): Float32Array {
  const window = sizes.windows[index];
  if (!window)
    throw new VpdError('bad-request', `There is no window ${index}; this photo has ${sizes.windows.length}.`);
  return cutWindow(toPlanes(image, sizes), sizes, window);
}
