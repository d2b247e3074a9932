import type { Raster } from '../../tasks/layer.ts';

export type TextureKind = 'photo' | 'scalar' | 'index' | 'colours' | 'palette';

export interface TextureSlot {
  readonly unit: number;
  /** Binds the texture to its unit; uploads only when the source is another one than last time. */
  upload(source: ImageBitmap | Raster | Raster<Uint8Array>): void;
  dispose(): void;
}

/**
 * Scalars go to the GPU as half floats: they filter linearly everywhere (32-bit floats need an extension), and eleven bits of
 * mantissa exceed the 256 colours they are drawn with. Read-outs use the exact values, never these.
 */
function formats(gl: WebGL2RenderingContext, kind: TextureKind) {
  switch (kind) {
    case 'photo':
      return { internal: gl.RGBA8, format: gl.RGBA, type: gl.UNSIGNED_BYTE, filter: gl.LINEAR };
    case 'scalar':
      return { internal: gl.R16F, format: gl.RED, type: gl.FLOAT, filter: gl.LINEAR };
    case 'index':
      return { internal: gl.R8UI, format: gl.RED_INTEGER, type: gl.UNSIGNED_BYTE, filter: gl.NEAREST };
    case 'colours':
      return { internal: gl.RGB8, format: gl.RGB, type: gl.UNSIGNED_BYTE, filter: gl.NEAREST };
    case 'palette':
      return { internal: gl.RGBA8, format: gl.RGBA, type: gl.UNSIGNED_BYTE, filter: gl.NEAREST };
  }
}

export function createTexture(gl: WebGL2RenderingContext, unit: number, kind: TextureKind): TextureSlot {
  const texture = gl.createTexture();
  const { internal, format, type, filter } = formats(gl, kind);
  let uploaded: unknown;

  function bind(): void {
    gl.activeTexture(gl.TEXTURE0 + unit);
    gl.bindTexture(gl.TEXTURE_2D, texture);
  }

  bind();
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, filter);
  // Photos are mostly drawn smaller than they are.
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, kind === 'photo' ? gl.LINEAR_MIPMAP_LINEAR : filter);
  // One texel until the first upload, so that the samplers of unused layers are complete.
  const blank = type === gl.FLOAT ? new Float32Array(1) : new Uint8Array(4);
  gl.texImage2D(gl.TEXTURE_2D, 0, internal, 1, 1, 0, format, type, blank);

  return {
    unit,
    upload(source) {
      bind();
      const identity = source instanceof ImageBitmap ? source : source.data;
      if (identity === uploaded) return;
      uploaded = identity;
      gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
      if (source instanceof ImageBitmap) {
        gl.texImage2D(gl.TEXTURE_2D, 0, internal, format, type, source);
        gl.generateMipmap(gl.TEXTURE_2D);
      } else {
        gl.texImage2D(gl.TEXTURE_2D, 0, internal, source.width, source.height, 0, format, type, source.data);
      }
    },
    dispose: () => gl.deleteTexture(texture),
  };
}

/** Hidden layers and the photos beside the one on show: showing them again should not upload them again. */
const KEPT = 6;

/** Textures of one kind on one unit. */
export interface TexturePool {
  /** Binds the source's texture to the unit; uploads it if there is none. */
  bind(source: ImageBitmap | Raster | Raster<Uint8Array>): void;
  /** Ends a frame: keeps what it used and a few more, the latest used. */
  trim(): void;
  dispose(): void;
}

export function createPool(gl: WebGL2RenderingContext, unit: number, kind: TextureKind): TexturePool {
  const slots = new Map<ImageBitmap | Float32Array | Uint8Array, TextureSlot>();
  let used = 0;
  return {
    bind(source) {
      const identity = source instanceof ImageBitmap ? source : source.data;
      const slot = slots.get(identity) ?? createTexture(gl, unit, kind);
      // The latest used stands last.
      slots.delete(identity);
      slots.set(identity, slot);
      used++;
      slot.upload(source);
    },
    trim() {
      for (const [identity, slot] of slots) {
        if (slots.size <= Math.max(KEPT, used)) break;
        slot.dispose();
        slots.delete(identity);
      }
      used = 0;
    },
    dispose() {
      for (const slot of slots.values()) slot.dispose();
      slots.clear();
    },
  };
}
