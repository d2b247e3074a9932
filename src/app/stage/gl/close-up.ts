import type { Crop } from '../../../engine/protocol.ts';
import type { Rect, Size } from '../geometry.ts';
import { visibleRect } from '../view.ts';

/** A part of the photo with more pixels than its bitmap has there. */
export interface CloseUp {
  readonly image: ImageBitmap;
  /** The part, in fractions of the photo. */
  readonly part: Rect;
}

/** Margin around what is shown, as a share of it: small movements need no other part. */
const MARGIN = 0.25;
/** Largest side of a close-up in pixels, a texture size that every GPU supports. */
const MAX_SIDE = 4096;
/** Time without another movement after which a close-up is requested. */
const SETTLED_MS = 150;

/**
 * Returns the part of a photo that the stage needs; undefined while its bitmap has enough pixels.
 * @param rect the whole photo on the canvas, both in device pixels
 */
export function wantedCrop(photo: Size, bitmap: Size, rect: Rect, canvas: Size, margin = MARGIN): Crop | undefined {
  if (bitmap.width >= photo.width || rect.width <= bitmap.width) return undefined;
  const seen = visibleRect(canvas, rect);
  const scale = Math.min(1, rect.width / photo.width);
  const along = (at: number, length: number, whole: number, pixels: number): readonly [from: number, size: number] => {
    const first = (at / whole) * pixels;
    const size = (length / whole) * pixels;
    // On a large screen the margin is smaller, not the picture coarser.
    const around = Math.max(0, Math.min(margin * size, (MAX_SIDE / scale - size) / 2 - 1));
    const from = Math.max(0, Math.floor(first - around));
    const to = Math.min(pixels, Math.ceil(first + size + around));
    return [from, Math.max(1, to - from)];
  };
  const [x, width] = along(seen.x - rect.x, seen.width, rect.width, photo.width);
  const [y, height] = along(seen.y - rect.y, seen.height, rect.height, photo.height);
  return { x, y, width, height, scale: Math.min(scale, MAX_SIDE / Math.max(width, height)) };
}

/** True if one crop shows all of another one, with as many pixels. */
export const covers = (crop: Crop, wanted: Crop): boolean =>
  crop.x <= wanted.x &&
  crop.y <= wanted.y &&
  crop.x + crop.width >= wanted.x + wanted.width &&
  crop.y + crop.height >= wanted.y + wanted.height &&
  crop.scale >= Math.min(wanted.scale, MAX_SIDE / Math.max(crop.width, crop.height));

interface Held {
  readonly photo: string;
  readonly crop: Crop;
  readonly closeUp: CloseUp;
}

export interface CloseUps {
  /** Returns the close-up of what is shown; requests it if there is none, and then calls `onReady`. Undefined if none is needed (yet). */
  of(photo: Size & { readonly id: string }, bitmap: Size, rect: Rect, canvas: Size): CloseUp | undefined;
  end(): void;
}

/**
 * Keeps the close-up of what the stage shows: one at a time, requested when the photo has come to rest.
 * @param cut cuts a part out of a photo; if it fails, the stage stays with the photo's bitmap until another part is needed
 */
export function createCloseUps(
  cut: (photo: string, crop: Crop, signal: AbortSignal) => Promise<ImageBitmap>,
  onReady: () => void,
): CloseUps {
  let held: Held | undefined;
  let asked: { readonly photo: string; readonly crop: Crop; readonly abort: AbortController } | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function drop(): void {
    held?.closeUp.image.close();
    held = undefined;
  }

  function cancel(): void {
    clearTimeout(timer);
    asked?.abort.abort();
    asked = undefined;
  }

  async function request(photo: Size & { readonly id: string }, crop: Crop): Promise<void> {
    const mine = { photo: photo.id, crop, abort: new AbortController() };
    asked = mine;
    const image = await cut(photo.id, crop, mine.abort.signal).catch(() => undefined);
    if (asked !== mine) return image?.close();
    if (!image) return;
    drop();
    const part = {
      x: crop.x / photo.width,
      y: crop.y / photo.height,
      width: crop.width / photo.width,
      height: crop.height / photo.height,
    };
    held = { photo: photo.id, crop, closeUp: { image, part } };
    onReady();
  }

  return {
    of(photo, bitmap, rect, canvas) {
      const shown = wantedCrop(photo, bitmap, rect, canvas, 0);
      if (!shown) {
        cancel();
        drop();
        return undefined;
      }
      const fits = (each: { readonly photo: string; readonly crop: Crop } | undefined): boolean =>
        each?.photo === photo.id && covers(each.crop, shown);
      if (held && fits(held)) {
        cancel();
        return held.closeUp;
      }
      if (!fits(asked)) {
        cancel();
        const crop = wantedCrop(photo, bitmap, rect, canvas);
        if (crop) timer = setTimeout(() => void request(photo, crop), SETTLED_MS);
      }
      // Sharper than the bitmap, if not all that is shown: it stays until the next one is there.
      return held?.photo === photo.id ? held.closeUp : undefined;
    },
    end() {
      cancel();
      drop();
    },
  };
}
