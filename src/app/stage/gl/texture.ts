import type { Raster } from '../../../tasks/layer.ts';
import { canvasOf } from '../../../ui/canvas-of.ts';

export type TextureKind = 'photo' | 'scalar' | 'index' | 'colours' | 'palette';

type Source = ImageBitmap | Raster | Raster<Uint8Array>;

/**
 * Formats and filter of a texture. Scalars are half floats: these filter linearly everywhere (32-bit floats need an extension), and their
 * eleven bits of precision exceed the 256 colours of a table. Read-outs use the exact values instead.
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

/** Textures kept beyond one frame, unless the pool has another limit: those of hidden layers and of neighbouring photos are shown again without another upload. */
const KEPT = 6;

/** Textures of one kind on one texture unit, one per source. */
export interface TexturePool {
  /** Binds the source's texture to the unit; creates and uploads it at the first call. A raster is identified by its `data`. */
  bind(source: Source): void;
  /** Ends a frame: keeps the most recently used textures, at least those of this frame, and deletes the others. */
  trim(): void;
  dispose(): void;
}

export function createPool(gl: WebGL2RenderingContext, unit: number, kind: TextureKind, most = KEPT): TexturePool {
  const { internal, format, type, filter } = formats(gl, kind);
  /** From the least to the most recently used. */
  const textures = new Map<ImageBitmap | Float32Array | Uint8Array, WebGLTexture>();
  let used = 0;

  /** Fills the texture that is bound. */
  function upload(source: Source): void {
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, filter);
    // Photos are mostly drawn smaller than they are.
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, kind === 'photo' ? gl.LINEAR_MIPMAP_LINEAR : filter);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    if (source instanceof ImageBitmap) {
      gl.texImage2D(gl.TEXTURE_2D, 0, internal, format, type, source);
      if (gl.getError() !== gl.NO_ERROR) gl.texImage2D(gl.TEXTURE_2D, 0, internal, format, type, canvasOf(source));
      gl.generateMipmap(gl.TEXTURE_2D);
    } else {
      gl.texImage2D(gl.TEXTURE_2D, 0, internal, source.width, source.height, 0, format, type, source.data);
    }
  }

  return {
    bind(source) {
      const identity = source instanceof ImageBitmap ? source : source.data;
      const known = textures.get(identity);
      const texture = known ?? gl.createTexture();
      // A Map keeps the order of insertion: the most recently used is last.
      textures.delete(identity);
      textures.set(identity, texture);
      used++;
      gl.activeTexture(gl.TEXTURE0 + unit);
      gl.bindTexture(gl.TEXTURE_2D, texture);
      if (!known) upload(source);
    },
    trim() {
      for (const [identity, texture] of textures) {
        if (textures.size <= Math.max(most, used)) break;
        gl.deleteTexture(texture);
        textures.delete(identity);
      }
      used = 0;
    },
    dispose() {
      for (const texture of textures.values()) gl.deleteTexture(texture);
      textures.clear();
    },
  };
}
