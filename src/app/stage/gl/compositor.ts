import { BLENDS, type Layer } from '../../../tasks/layer.ts';
import type { Rect } from '../geometry.ts';
import { visibleRect } from '../view.ts';
import type { CloseUp } from './close-up.ts';
import { createProgram, type Program } from './program.ts';
import { FIELD_FRAGMENT, LABEL_FRAGMENT, MASK_FRAGMENT, PHOTO_FRAGMENT, PICTURE_FRAGMENT } from './shaders.ts';
import { createTargets } from './targets.ts';
import { createPool, type TextureKind, type TexturePool } from './texture.ts';

/** What the stage shows: the photo in `rect` (device pixels, y down; parts may lie outside) and the layers over it. */
export interface Scene {
  readonly photo: ImageBitmap;
  /** A part of the photo with more pixels than `photo` has there. */
  readonly closeUp?: CloseUp | undefined;
  readonly rect: Rect;
  /** Device pixels per CSS pixel, for lines of constant width. */
  readonly ratio: number;
  /** From bottom to top. */
  readonly layers: readonly Layer[];
  /** Opacity of the photo right of the split; 0 shows the layers alone, on a dark background. */
  readonly photoOpacity: number;
  /** Position of the compare handle in device pixels from the left: layers are drawn right of it, or left of it by their `side`. */
  readonly split: number;
}

export interface Compositor {
  /** Longest side in pixels of a canvas that it can draw into. */
  readonly maxSide: number;
  /** Draws into the canvas at its current size, or clears it without a scene. Uploads only what is new. */
  draw(scene: Scene | undefined): void;
  dispose(): void;
}

/** CSS pixels per photo pixel from which pixels are drawn as squares: smoothing would hide single pixels. */
const SQUARE_PIXELS = 8;

/** Texture units: the picture below a layer, the layer's values, and the table of their colours. */
const UNDER = 0;
const VALUES = 1;
const COLOURS = 2;
/** Of the photo: a part of it with more pixels. */
const CLOSE_UP = 3;

type Gl = WebGL2RenderingContext;

interface Parts {
  readonly programs: Readonly<Record<Layer['kind'] | 'photo', Program>>;
  readonly pools: Readonly<Record<TextureKind | 'closeUp', TexturePool>>;
}

/** Returns a compositor that uses WebGL2; undefined if the browser has none. Throws if the driver refuses a program. */
export function createCompositor(canvas: HTMLCanvasElement): Compositor | undefined {
  const gl = canvas.getContext('webgl2', { alpha: true, antialias: false, depth: false, powerPreference: 'low-power' });
  if (!gl) return undefined;
  const parts: Parts = {
    programs: {
      photo: createProgram(gl, PHOTO_FRAGMENT),
      field: createProgram(gl, FIELD_FRAGMENT),
      picture: createProgram(gl, PICTURE_FRAGMENT),
      labels: createProgram(gl, LABEL_FRAGMENT),
      mask: createProgram(gl, MASK_FRAGMENT),
    },
    pools: {
      photo: createPool(gl, VALUES, 'photo'),
      // Each close-up replaces the one before.
      closeUp: createPool(gl, CLOSE_UP, 'photo', 0),
      scalar: createPool(gl, VALUES, 'scalar'),
      index: createPool(gl, VALUES, 'index'),
      colours: createPool(gl, COLOURS, 'colours'),
      palette: createPool(gl, COLOURS, 'palette'),
    },
  };
  const targets = createTargets(gl);
  const vertices = gl.createVertexArray();

  return {
    get maxSide() {
      // Layers are drawn by way of textures of the canvas's size.
      return Math.min(gl.getParameter(gl.MAX_TEXTURE_SIZE), ...gl.getParameter(gl.MAX_VIEWPORT_DIMS));
    },
    draw(scene) {
      const { width, height } = canvas;
      const layers = scene && width > 0 && height > 0 ? scene.layers : [];
      if (layers.length > 0) targets.resize(width, height);
      gl.bindVertexArray(vertices);
      gl.viewport(0, 0, width, height);
      gl.clearColor(0, 0, 0, 0);
      for (let pass = 0; pass <= layers.length; pass++) {
        targets.drawInto(pass === layers.length ? 'canvas' : pass);
        gl.clear(gl.COLOR_BUFFER_BIT);
        if (!scene) break;
        const layer = layers[pass - 1];
        const program = parts.programs[layer?.kind ?? 'photo'];
        program.use();
        setPlace(gl, program, scene, width, height);
        if (layer) {
          targets.read(pass - 1, UNDER);
          setLayer(gl, program, parts, layer);
        } else setPhoto(gl, program, parts, scene);
        gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
      }
      for (const pool of Object.values(parts.pools)) pool.trim();
    },
    dispose() {
      for (const pool of Object.values(parts.pools)) pool.dispose();
      for (const { handle } of Object.values(parts.programs)) gl.deleteProgram(handle);
      targets.dispose();
      gl.deleteVertexArray(vertices);
    },
  };
}

function setPlace(gl: Gl, { at }: Program, { rect, ratio, split }: Scene, width: number, height: number): void {
  const seen = visibleRect({ width, height }, rect);
  gl.uniform4f(
    at('uRect'),
    (2 * seen.x) / width - 1,
    1 - (2 * seen.y) / height,
    (2 * seen.width) / width,
    (-2 * seen.height) / height,
  );
  gl.uniform4f(
    at('uWindow'),
    (seen.x - rect.x) / rect.width,
    (seen.y - rect.y) / rect.height,
    seen.width / rect.width,
    seen.height / rect.height,
  );
  gl.uniform2f(at('uTexel'), ratio / rect.width, ratio / rect.height);
  gl.uniform1f(at('uDensity'), ratio);
  gl.uniform1f(at('uSplit'), split);
}

function setPhoto(gl: Gl, { at }: Program, { pools }: Parts, scene: Scene): void {
  const { rect, photo, ratio, photoOpacity, closeUp } = scene;
  const areSquare = (across: number) => (rect.width >= SQUARE_PIXELS * ratio * across ? 1 : 0);
  pools.photo.bind(photo);
  gl.uniform1i(at('uPhoto'), VALUES);
  gl.uniform1i(at('uPixels'), areSquare(photo.width));
  if (closeUp) pools.closeUp.bind(closeUp.image);
  // Without a close-up its part is empty; a sampler must have a texture all the same.
  gl.uniform1i(at('uCloseUp'), closeUp ? CLOSE_UP : VALUES);
  const part = closeUp?.part ?? { x: 0, y: 0, width: 0, height: 0 };
  gl.uniform4f(at('uPart'), part.x, part.y, part.width, part.height);
  gl.uniform1i(at('uPartPixels'), closeUp ? areSquare(closeUp.image.width / part.width) : 0);
  gl.uniform1f(at('uOpacity'), photoOpacity);
}

function setLayer(gl: Gl, { at }: Program, { pools }: Parts, layer: Layer): void {
  gl.uniform1i(at('uUnder'), UNDER);
  gl.uniform1i(at('uBlend'), BLENDS.indexOf(layer.blend));
  gl.uniform1f(at('uOpacity'), layer.opacity);
  gl.uniform1i(at('uLeft'), layer.side === 'left' ? 1 : 0);
  switch (layer.kind) {
    case 'field':
      pools.scalar.bind(layer.plane);
      pools.colours.bind({ width: 256, height: 1, data: layer.table });
      gl.uniform1i(at('uField'), VALUES);
      gl.uniform1i(at('uTable'), COLOURS);
      gl.uniform2f(at('uEnds'), layer.low, layer.high === layer.low ? layer.low + 1 : layer.high);
      gl.uniform2f(at('uCover'), layer.coverX, layer.coverY);
      gl.uniform1i(at('uFade'), layer.fade ? 1 : 0);
      gl.uniform1f(at('uContour'), layer.contour ?? 0);
      break;
    case 'picture':
      pools.photo.bind(layer.image);
      gl.uniform1i(at('uPicture'), VALUES);
      break;
    case 'labels':
      pools.index.bind(layer.plane);
      pools.palette.bind({ width: 256, height: 1, data: layer.palette });
      gl.uniform1i(at('uLabels'), VALUES);
      gl.uniform1i(at('uPalette'), COLOURS);
      gl.uniform1i(at('uHighlight'), layer.highlight);
      break;
    case 'mask': {
      pools.scalar.bind(layer.plane);
      const [red, green, blue] = layer.tint;
      gl.uniform1i(at('uMask'), VALUES);
      gl.uniform3f(at('uTint'), red / 255, green / 255, blue / 255);
      gl.uniform1f(at('uThreshold'), layer.threshold);
      gl.uniform1i(at('uOutline'), layer.outline ? 1 : 0);
      break;
    }
    default:
      layer satisfies never;
  }
}
