/**
 * The pinhole camera behind a depth map. Depth is the distance along the optical axis (as NYU's and the network's), in metres; points
 * are in the axes of glTF: x right, y up, the camera at the origin looking along −z.
 */

export type Point3 = readonly [x: number, y: number, z: number];

/**
 * Horizontal field of view of the camera that the network learned its metres from: NYU Depth V2's Kinect, whose focal length is
 * 518.9 px at 640 px of width, 2·atan(320 / 518.9) = 63.3°. Photos carry no such figure that survives editing, so it can be set.
 */
export const DEFAULT_FOV = 63;
/** A long tele lens and an extreme wide angle; beyond, the pinhole is no longer a fair picture of the lens. */
export const FOV_RANGE = [10, 140] as const;

/** Focal length in pixels of a picture `width` pixels wide, from the horizontal field of view in degrees. */
export function focalLength(width: number, fov: number): number {
  return width / 2 / Math.tan((fov * Math.PI) / 360);
}

/** The point seen at the centre of pixel (x, y), `depth` metres along the axis; the optical axis meets the picture's middle. */
export function unproject(
  x: number,
  y: number,
  depth: number,
  picture: { readonly width: number; readonly height: number },
  focal: number,
): Point3 {
  return [
    ((x + 0.5 - picture.width / 2) * depth) / focal,
    ((picture.height / 2 - y - 0.5) * depth) / focal,
    depth === 0 ? 0 : -depth,
  ];
}

export function distance(a: Point3, b: Point3): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}
