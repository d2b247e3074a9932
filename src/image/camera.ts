import type { VpdConfig } from '../vpd/config.ts';
import { geometry } from './fit.ts';
import type { ImageHeader } from './headers/header.ts';

/**
 * The pinhole camera behind a depth map. Depth is the distance along the optical axis (as NYU's and the network's), in metres; points
 * are in the axes of glTF: x right, y up, the camera at the origin looking along −z.
 */

type Point3 = readonly [x: number, y: number, z: number];

interface Picture {
  readonly width: number;
  readonly height: number;
}

/** The camera that networks learned their metres from, NYU Depth V2's Kinect: its frames, and its focal length in their pixels. */
const TRAINING = { width: 640, height: 480, focal: 518.86 } as const;

/**
 * Horizontal field of view, in degrees, for which a map's metres hold: of a photo of this shape, whatever its size, whose focal length in
 * the pixels that the network sees is that of the training camera's frames fitted in the same way. A landscape 4:3 has that camera's own,
 * 63.3°, an upright 3:4 49.6°. Where the network sees photos smaller than it learned to, its metres are scaled to keep this true. The
 * camera's true one is in no photo that was edited.
 * @param working How the pack fits photos.
 */
export function trainingFov(photo: Picture, working: VpdConfig['working']): number {
  const seen = ({ width, height }: Picture) => geometry('fit', 'depth', width, height, working).resized;
  const focal = (TRAINING.focal * seen(TRAINING).w) / TRAINING.width;
  return (360 / Math.PI) * Math.atan(seen(photo).w / 2 / focal);
}

/** A long tele lens and an extreme wide angle; beyond, the pinhole is no longer a fair picture of the lens. */
export const FOV_RANGE = [10, 140] as const;

/** Of a frame of 36×24 mm. */
const FILM_DIAGONAL = Math.hypot(36, 24);
/** Of a single frame: 2:1 and the 21:9 of some phones, but no panorama. */
const WIDEST = 2.4;
/** How far a shape may be off the one that the camera took, as a ratio: sizes are rounded when a photo is made smaller. */
const SAME_SHAPE = 1.01;

/**
 * Horizontal field of view, in degrees, of the photo as it stands upright, by what its camera wrote: FocalLengthIn35mmFilm is that of the
 * lens which sees the same diagonal on film (EXIF 2.32 §4.6.5, CIPA DCG-001).
 * @returns undefined where the file does not say, says what no pinhole pictures, or has another shape than the camera took, because it was
 *   cropped since, or a shape that is no lens's alone, as panoramas have. A crop cannot be told that has the same shape, or whose program
 *   wrote its own size there.
 */
export function cameraFov({ width, height, exif }: ImageHeader): number | undefined {
  if (exif?.focal35 === undefined) return undefined;
  const { focal35, orientation, taken } = exif;
  const shape = Math.max(width, height) / Math.min(width, height);
  if (shape > WIDEST) return undefined;
  const off = taken ? shape / (Math.max(...taken) / Math.min(...taken)) : 1;
  if (Math.max(off, 1 / off) > SAME_SHAPE) return undefined;
  const across = orientation >= 5 ? height : width;
  const fov = (360 / Math.PI) * Math.atan((FILM_DIAGONAL * across) / Math.hypot(width, height) / 2 / focal35);
  return fov >= FOV_RANGE[0] && fov <= FOV_RANGE[1] ? fov : undefined;
}

/** Focal length in pixels of a picture `width` pixels wide, from the horizontal field of view in degrees. */
export function focalLength(width: number, fov: number): number {
  return width / 2 / Math.tan((fov * Math.PI) / 360);
}

/** The point seen at the centre of pixel (x, y), `depth` metres along the axis; the optical axis meets the picture's middle. */
export function unproject(x: number, y: number, depth: number, picture: Picture, focal: number): Point3 {
  return [
    ((x + 0.5 - picture.width / 2) * depth) / focal,
    ((picture.height / 2 - y - 0.5) * depth) / focal,
    depth === 0 ? 0 : -depth,
  ];
}

export function distance(a: Point3, b: Point3): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}
