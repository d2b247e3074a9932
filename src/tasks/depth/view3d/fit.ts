import { type Matrix4, Vector3 } from 'three';

/** How much of a camera's view a surface takes: tangents of half the angles to the left and right, and up and down. */
export interface Extent {
  readonly across: number;
  readonly upright: number;
}

/** Share of the vertices that may be out of view: a few that are close to the camera would make all others small. */
const OUTSIDE = 0.005;
/** Margin around the surface. */
const AIR = 1.04;
/** Least and greatest field of view in degrees: without a surface there is no angle, and very wide ones distort. */
const ANGLES = [2, 110] as const;

/** Returns the extent of nearly all vertices that are in front of a camera. */
export function extentOf(positions: Float32Array, toCamera: Matrix4): Extent {
  const count = positions.length / 3;
  const [across, upright] = [new Float32Array(count), new Float32Array(count)];
  const at = new Vector3();
  for (let i = 0; i < count; i++) {
    at.fromArray(positions, 3 * i).applyMatrix4(toCamera);
    if (at.z >= 0) continue;
    across[i] = Math.abs(at.x / at.z);
    upright[i] = Math.abs(at.y / at.z);
  }
  const nearlyAll = Math.floor((1 - OUTSIDE) * (count - 1));
  const last = (tangents: Float32Array): number => tangents.sort()[nearlyAll] ?? 0;
  return { across: last(across), upright: last(upright) };
}

/** Vertical field of view in degrees in which all of an extent is seen, in a view of `aspect` = width / height. */
export function fovFor({ across, upright }: Extent, aspect: number): number {
  const fov = (360 / Math.PI) * Math.atan(AIR * Math.max(upright, across / aspect));
  return Math.min(ANGLES[1], Math.max(ANGLES[0], fov));
}
