import type { VpdConfig } from '../vpd/config.ts';
import { geometry } from './fit.ts';
import type { ImageHeader } from './formats/headers/header.ts';

/**
 * Pinhole camera of a depth map. Depth is the distance along the optical axis in metres (as in NYU Depth v2 and the networks). Points use
 * the axes of glTF: x right, y up, the camera at the origin looking along −z.
 */

type Point3 = readonly [x: number, y: number, z: number];

interface Picture {
  readonly width: number;
  readonly height: number;
}

/** Camera of the training data, the Kinect of NYU Depth v2: frame size and focal length in pixels. */
const TRAINING = { width: 640, height: 480, focal: 518.86 } as const;

/**
 * Horizontal field of view, in degrees, for which the metres of a depth map are right: a photo of this shape whose focal length at the
 * network's input equals that of the training camera, resized in the same way. 63.3° (the camera's own) for a landscape 4:3 photo, 49.6°
 * for an upright 3:4 photo. If the pack works at a smaller size than in training, the metres are scaled so that this still holds.
 * @param working how the pack resizes photos
 */
export function trainingFov(photo: Picture, working: VpdConfig['working']): number {
  const seen = ({ width, height }: Picture) => geometry('fit', 'depth', width, height, working).resized;
  const focal = (TRAINING.focal * seen(TRAINING).w) / TRAINING.width;
  return (360 / Math.PI) * Math.atan(seen(photo).w / 2 / focal);
}

/** From a long telephoto lens to an extreme wide angle, in degrees; beyond, a pinhole camera no longer approximates the lens. */
export const FOV_RANGE = [10, 140] as const;

/** Diagonal of a 36×24 mm frame, in mm. */
const FILM_DIAGONAL = Math.hypot(36, 24);
/** Largest aspect ratio of a single frame: includes 2:1 and the 21:9 of some phones, but no panorama. */
const WIDEST = 2.4;
/** Tolerated ratio between the aspect ratios of the photo and the original frame: downscaling rounds sizes. */
const SAME_SHAPE = 1.01;

/**
 * Horizontal field of view, in degrees, of the upright photo, from its EXIF: FocalLengthIn35mmFilm is the focal length with the same
 * diagonal field of view on 36×24 mm film (EXIF 2.32 §4.6.5, CIPA DCG-001).
 * @returns undefined if the file does not say, the value is outside FOV_RANGE, the photo is a panorama, or its shape differs from the
 *   original frame because it was cropped. A crop of the same shape, or one whose program updated the size in EXIF, is not detected.
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

/** Point in metres at the centre of pixel (x, y), `depth` metres along the axis, which passes through the middle of the picture. */
export function unproject(x: number, y: number, depth: number, picture: Picture, focal: number): Point3 {
  return [
    ((x + 0.5 - picture.width / 2) * depth) / focal,
    ((picture.height / 2 - y - 0.5) * depth) / focal,
    depth === 0 ? 0 : -depth,
  ];
}

/** Euclidean distance. */
export function distance(a: Point3, b: Point3): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}
