import {
  BufferAttribute,
  BufferGeometry,
  DoubleSide,
  LinearSRGBColorSpace,
  Mesh,
  MeshBasicMaterial,
  PerspectiveCamera,
  Points,
  PointsMaterial,
  Scene,
  Spherical,
  Texture,
  Vector3,
  WebGLRenderer,
} from 'three';
import { OrbitControls } from 'three/addons/controls/OrbitControls.js';
import { canvasOf } from '../../../ui/canvas-of.ts';
import type { ColouredRelief } from '../geometry/protocol.ts';
import { type Extent, extentOf, fovFor } from './fit.ts';

export type Look = 'mesh' | 'points';

export interface Scene3d {
  /** Replaces the surface. The first one resets the camera; later ones leave it where it is. */
  setRelief(relief: ColouredRelief): void;
  setLook(look: Look): void;
  /** Turns the camera around its target by angles in radians, to the right and upwards. */
  turn(right: number, up: number): void;
  /** Moves camera and target by shares of the distance between them. */
  move(right: number, up: number): void;
  /** Multiplies the camera's distance from its target by `factor`. */
  zoom(factor: number): void;
  reset(): void;
  dispose(): void;
}

/** Size of a point in pixels: dense clouds have no gaps, points of sparse ones stay visible. */
const POINT_SIZE = 2;
/** The first view is turned a little away from the photo's camera, so that depth is visible at once (radians). */
const FIRST_TURN = { right: 0.22, up: 0.12 } as const;
/** Least and greatest distance of the camera, as shares of the distance from the photo's camera to the surface's middle. */
const DISTANCES = [0.05, 6] as const;
/** Least angle from straight up and down, where left and right are undefined (radians). */
const POLE = 0.05;
/** Number of vertices from which the median depth is computed. */
const SAMPLES = 1000;

/** Median depth of the vertices, metres. */
function medianDepth(positions: Float32Array): number {
  const count = positions.length / 3;
  const every = Math.max(1, Math.floor(count / SAMPLES));
  const depths: number[] = [];
  for (let i = 0; i < count; i += every) depths.push(-(positions[3 * i + 2] ?? 0));
  depths.sort((a, b) => a - b);
  return depths[depths.length >> 1] ?? 1;
}

/**
 * Draws a relief into a canvas, only when something changes.
 * @param onView called after each drawing with the camera's position in metres
 * @throws Error if the browser has no WebGL2
 */
export function createScene3d(canvas: HTMLCanvasElement, photo: ImageBitmap, onView: (at: Vector3) => void): Scene3d {
  const renderer = new WebGLRenderer({ canvas, alpha: true, antialias: true });
  // Colours go to the screen unchanged, because no light is computed.
  renderer.outputColorSpace = LinearSRGBColorSpace;
  const scene = new Scene();
  const camera = new PerspectiveCamera();
  const controls = new OrbitControls(camera, canvas);
  const texture = new Texture(canvasOf(photo));
  texture.flipY = false;
  texture.needsUpdate = true;
  const geometry = new BufferGeometry();
  const mesh = new Mesh(geometry, new MeshBasicMaterial({ map: texture, side: DoubleSide }));
  const points = new Points(
    geometry,
    new PointsMaterial({ vertexColors: true, size: POINT_SIZE * window.devicePixelRatio, sizeAttenuation: false }),
  );
  points.visible = false;
  scene.add(mesh, points);
  let middle: number | undefined;
  let vertices: Float32Array = new Float32Array();
  /** Of the surface in the first view. */
  let extent: Extent = { across: 0, upright: 0 };
  let frame = 0;

  function draw(): void {
    frame = 0;
    const { clientWidth, clientHeight } = canvas;
    if (clientWidth === 0 || clientHeight === 0) return;
    renderer.setPixelRatio(window.devicePixelRatio);
    renderer.setSize(clientWidth, clientHeight, false);
    camera.aspect = clientWidth / clientHeight;
    camera.fov = fovFor(extent, camera.aspect);
    camera.updateProjectionMatrix();
    renderer.render(scene, camera);
    onView(camera.position);
  }
  const schedule = () => {
    frame ||= requestAnimationFrame(draw);
  };
  controls.addEventListener('change', schedule);
  canvas.addEventListener('webglcontextrestored', schedule);
  const resize = new ResizeObserver(schedule);
  resize.observe(canvas);

  /** Moves the camera around the target: angles are added, the distance is multiplied. */
  function orbit(right: number, up: number, factor: number): void {
    const place = new Spherical().setFromVector3(camera.position.clone().sub(controls.target));
    place.theta += right;
    place.phi = Math.min(Math.PI - POLE, Math.max(POLE, place.phi - up));
    place.radius = Math.min(controls.maxDistance, Math.max(controls.minDistance, place.radius * factor));
    camera.position.setFromSpherical(place).add(controls.target);
    controls.update();
    schedule();
  }

  function reset(): void {
    const far = middle ?? 1;
    controls.minDistance = DISTANCES[0] * far;
    controls.maxDistance = DISTANCES[1] * far;
    camera.near = 0.01 * far;
    camera.far = 100 * far;
    controls.target.set(0, 0, -far);
    camera.position.set(0, 0, 0);
    orbit(FIRST_TURN.right, FIRST_TURN.up, 1);
    camera.updateMatrixWorld();
    extent = extentOf(vertices, camera.matrixWorldInverse);
  }

  return {
    setRelief({ positions, uvs, colours, indices }) {
      // Frees the buffers of the previous surface, because attributes of another length cannot reuse them.
      geometry.dispose();
      geometry.setAttribute('position', new BufferAttribute(positions, 3));
      geometry.setAttribute('uv', new BufferAttribute(uvs, 2));
      geometry.setAttribute('color', new BufferAttribute(colours, 3, true));
      geometry.setIndex(new BufferAttribute(indices, 1));
      geometry.computeBoundingSphere();
      const first = middle === undefined;
      middle = medianDepth(positions);
      vertices = positions;
      if (first) reset();
      schedule();
    },
    setLook(look) {
      mesh.visible = look === 'mesh';
      points.visible = look === 'points';
      schedule();
    },
    turn: (right, up) => orbit(right, up, 1),
    zoom: (factor) => orbit(0, 0, factor),
    move(right, up) {
      const away = camera.position.distanceTo(controls.target);
      const step = new Vector3(right * away, up * away, 0).applyQuaternion(camera.quaternion);
      camera.position.add(step);
      controls.target.add(step);
      controls.update();
      schedule();
    },
    reset,
    dispose() {
      cancelAnimationFrame(frame);
      resize.disconnect();
      canvas.removeEventListener('webglcontextrestored', schedule);
      controls.dispose();
      geometry.dispose();
      texture.dispose();
      mesh.material.dispose();
      points.material.dispose();
      renderer.dispose();
    },
  };
}
