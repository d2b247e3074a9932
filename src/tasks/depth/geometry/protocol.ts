/** Types only: requests to the geometry worker (`worker.ts`), which processes millions of points off the page's thread, and its answers. */
import type { ColormapName } from '../../../image/colormap.ts';
import type { Relief } from '../../../image/relief.ts';
import type { PhotoSize } from '../../photo-size.ts';

export interface DepthMap {
  readonly width: number;
  readonly height: number;
  readonly metres: Float32Array;
}

/** A file with a value per pixel of the photo, to whose size the depth map is resized. */
export interface PhotoSized {
  readonly depth: DepthMap;
  /** Pixels of the photo. */
  readonly size: PhotoSize;
}

/** A depth map to be turned into a surface with the photo's colours. */
export interface SurfaceRequest {
  readonly depth: DepthMap;
  readonly photo: ImageBitmap;
  /** Horizontal field of view, degrees. */
  readonly fov: number;
  /** Surfaces seen at more than this angle are cut, degrees. */
  readonly edgeAngle: number;
}

interface Described {
  /** Field of view and where it is from, in words, for the file's metadata. */
  readonly camera: string;
}

export type FileRequest =
  /** 8-bit RGB through a colormap; low > high reverses it. */
  | ({
      readonly format: 'colours';
      readonly colormap: ColormapName;
      readonly low: number;
      readonly high: number;
      /** Metres between contour lines; 0 draws none. */
      readonly contour: number;
    } & PhotoSized)
  | ({ readonly format: 'normals'; readonly fov: number } & PhotoSized & Described)
  | ({ readonly format: 'millimetres' | 'npy' | 'exr' } & PhotoSized)
  | ({ readonly format: 'ply' | 'glb' } & SurfaceRequest & Described);

export type GeometryRequest =
  | { readonly kind: 'file'; readonly file: FileRequest }
  | { readonly kind: 'normals'; readonly depth: DepthMap; readonly fov: number }
  | { readonly kind: 'relief'; readonly surface: SurfaceRequest; readonly maxVertices: number };

/** A relief with the photo's colour per vertex, as sRGB bytes. */
export interface ColouredRelief extends Relief {
  readonly colours: Uint8Array;
}

export type GeometryAnswer =
  | { readonly kind: 'file'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'normals'; readonly bitmap: ImageBitmap }
  | { readonly kind: 'relief'; readonly relief: ColouredRelief };
