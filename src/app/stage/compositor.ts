import type { FieldLayer, LabelLayer, Layer, MaskLayer, PictureLayer } from '../../tasks/layer.ts';
import type { Rect } from './geometry.ts';
import { createProgram, type Program } from './program.ts';
import { FRAGMENT, MASK_FRAGMENT } from './shaders.ts';
import { createTexture, type TextureSlot } from './texture.ts';
import { visibleRect } from './view.ts';

/** What the stage shows: the photo in `rect` (device pixels, y down; parts may lie outside) and the layers over it. */
export interface Scene {
  readonly photo: ImageBitmap;
  readonly rect: Rect;
  /** Device pixels per CSS pixel, for lines of constant width. */
  readonly ratio: number;
  readonly layers: readonly Layer[];
  /** False: layers alone, on a plain ground. */
  readonly showPhoto: boolean;
  /** Layers are drawn from here to the right, in device pixels. */
  readonly split: number;
}

export interface Compositor {
  /** Draws into the canvas at its current size; nothing is uploaded but what is new. */
  draw(scene: Scene | undefined): void;
  dispose(): void;
}

/** CSS pixels per photo pixel from which smoothing would hide what single pixels are. */
const PIXELS_SHOW = 8;

interface Slots {
  readonly photo: TextureSlot;
  readonly field: TextureSlot;
  readonly table: TextureSlot;
  readonly labels: TextureSlot;
  readonly palette: TextureSlot;
  readonly picture: TextureSlot;
}

/** Compositing on the GPU through WebGL2; undefined where the browser has none. */
export function createCompositor(canvas: HTMLCanvasElement): Compositor | undefined {
  const gl = canvas.getContext('webgl2', { alpha: true, antialias: false, depth: false, powerPreference: 'low-power' });
  if (!gl) return undefined;
  const program = createProgram(gl, FRAGMENT);
  const masks = createMasks(gl);
  const slots: Slots = {
    photo: createTexture(gl, 0, 'photo'),
    field: createTexture(gl, 1, 'scalar'),
    table: createTexture(gl, 2, 'colours'),
    labels: createTexture(gl, 3, 'index'),
    palette: createTexture(gl, 4, 'palette'),
    picture: createTexture(gl, 5, 'photo'),
  };
  const vertices = gl.createVertexArray();

  return {
    draw(scene) {
      const { width, height } = canvas;
      gl.viewport(0, 0, width, height);
      gl.clearColor(0, 0, 0, 0);
      gl.clear(gl.COLOR_BUFFER_BIT);
      if (!scene || width === 0 || height === 0) return;
      gl.bindVertexArray(vertices);
      program.use();
      setPhoto(gl, program, slots, scene, width, height);
      setField(
        gl,
        program,
        slots,
        scene.layers.find((layer) => layer.kind === 'field'),
      );
      setPicture(
        gl,
        program,
        slots,
        scene.layers.find((layer) => layer.kind === 'picture'),
      );
      setLabels(
        gl,
        program,
        slots,
        scene.layers.find((layer) => layer.kind === 'labels'),
      );
      gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
      masks.draw(
        scene,
        scene.layers.filter((layer) => layer.kind === 'mask'),
      );
    },
    dispose() {
      for (const slot of Object.values(slots)) slot.dispose();
      masks.dispose();
      gl.deleteVertexArray(vertices);
      gl.deleteProgram(program.handle);
    },
  };
}

type Gl = WebGL2RenderingContext;

function setPhoto(gl: Gl, { at }: Program, slots: Slots, scene: Scene, width: number, height: number): void {
  const { rect, photo, ratio } = scene;
  slots.photo.upload(photo);
  gl.uniform1i(at('uPhoto'), slots.photo.unit);
  setPlace(gl, at, scene, width, height);
  gl.uniform1i(at('uShowPhoto'), scene.showPhoto ? 1 : 0);
  gl.uniform1i(at('uPixels'), rect.width >= PIXELS_SHOW * ratio * photo.width ? 1 : 0);
  gl.uniform1f(at('uSplit'), scene.split);
}

function setPlace(gl: Gl, at: Program['at'], { rect, ratio }: Scene, width: number, height: number): void {
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
}

function setField(gl: Gl, { at }: Program, slots: Slots, layer: FieldLayer | undefined): void {
  gl.uniform1i(at('uHasField'), layer ? 1 : 0);
  gl.uniform1i(at('uField'), slots.field.unit);
  gl.uniform1i(at('uTable'), slots.table.unit);
  if (!layer) return;
  slots.field.upload(layer.plane);
  slots.table.upload({ width: 256, height: 1, data: layer.table });
  gl.uniform2f(at('uEnds'), layer.low, layer.high === layer.low ? layer.low + 1 : layer.high);
  gl.uniform2f(at('uCover'), layer.coverX, layer.coverY);
  gl.uniform1f(at('uFieldOpacity'), layer.opacity);
  gl.uniform1i(at('uFade'), layer.fade ? 1 : 0);
  gl.uniform1f(at('uContour'), layer.contour ?? 0);
}

function setPicture(gl: Gl, { at }: Program, slots: Slots, layer: PictureLayer | undefined): void {
  gl.uniform1i(at('uHasPicture'), layer ? 1 : 0);
  gl.uniform1i(at('uPicture'), slots.picture.unit);
  if (!layer) return;
  slots.picture.upload(layer.image);
  gl.uniform1f(at('uPictureOpacity'), layer.opacity);
}

function setLabels(gl: Gl, { at }: Program, slots: Slots, layer: LabelLayer | undefined): void {
  gl.uniform1i(at('uHasLabels'), layer ? 1 : 0);
  gl.uniform1i(at('uLabels'), slots.labels.unit);
  gl.uniform1i(at('uPalette'), slots.palette.unit);
  if (!layer) return;
  slots.labels.upload(layer.plane);
  slots.palette.upload({ width: 256, height: 1, data: layer.palette });
  gl.uniform1f(at('uLabelOpacity'), layer.opacity);
  gl.uniform1i(at('uHighlight'), layer.highlight);
}

/** Unit of every mask's texture; the program above has 0 to 5. */
const MASK_UNIT = 6;

/** Masks, each a draw call blended over what is there; their textures live as long as they are drawn. */
function createMasks(gl: Gl) {
  const program = createProgram(gl, MASK_FRAGMENT);
  const { at } = program;
  let slots: { readonly texture: TextureSlot; data: unknown }[] = [];

  /** A texture per layer: the one that holds its plane already, else one that nobody needs. */
  function assign(layers: readonly MaskLayer[]): TextureSlot[] {
    const idle = slots.filter((slot) => !layers.some((layer) => layer.plane.data === slot.data));
    const assigned = layers.map(({ plane }) => {
      const known = slots.find((slot) => slot.data === plane.data) ?? idle.pop();
      const slot = known ?? { texture: createTexture(gl, MASK_UNIT, 'scalar'), data: undefined };
      if (!known) slots.push(slot);
      slot.data = plane.data;
      return slot.texture;
    });
    for (const slot of idle) slot.texture.dispose();
    slots = slots.filter((slot) => !idle.includes(slot));
    return assigned;
  }

  return {
    draw(scene: Scene, layers: readonly MaskLayer[]): void {
      const textures = assign(layers);
      if (layers.length === 0) return;
      program.use();
      gl.enable(gl.BLEND);
      gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
      const { width, height } = gl.canvas;
      // Left of the compare handle is the photo alone; `uSplit` above ends at the same column.
      const left = Math.min(width, Math.max(0, Math.round(scene.split)));
      gl.enable(gl.SCISSOR_TEST);
      gl.scissor(left, 0, width - left, height);
      setPlace(gl, at, scene, width, height);
      gl.uniform1i(at('uMask'), MASK_UNIT);
      layers.forEach((layer, i) => {
        // Binds it too, after another mask's.
        textures[i]?.upload(layer.plane);
        const [red, green, blue] = layer.tint;
        gl.uniform3f(at('uTint'), red / 255, green / 255, blue / 255);
        gl.uniform1f(at('uThreshold'), layer.threshold);
        gl.uniform1f(at('uMaskOpacity'), layer.opacity);
        gl.uniform1i(at('uOutline'), layer.outline ? 1 : 0);
        gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
      });
      gl.disable(gl.SCISSOR_TEST);
      gl.disable(gl.BLEND);
    },
    dispose(): void {
      for (const { texture } of slots) texture.dispose();
      slots = [];
      gl.deleteProgram(program.handle);
    },
  };
}
