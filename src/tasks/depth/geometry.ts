/** Types only: what the page asks of the geometry worker (`worker.ts`), which keeps millions of points off the page's own thread. */
import type { ColormapName } from '../../image/colormap.ts';
import type { Relief } from '../../image/relief.ts';

export interface DepthMap {
  readonly width: number;
  readonly height: number;
  readonly metres: Float32Array;
}

/** A depth map as a surface that wears the photo. */
export interface SurfaceAsk {
  readonly depth: DepthMap;
  readonly photo: ImageBitmap;
  /** Degrees across. */
  readonly fov: number;
  readonly edgeAngle: number;
}

interface Described {
  /** The field of view and how it was come by, for whoever opens the file. */
  readonly camera: string;
}

export type FileAsk =
  /** 8-bit RGB through a colormap; low > high turns it round. */
  | {
      readonly format: 'colours';
      readonly depth: DepthMap;
      readonly colormap: ColormapName;
      readonly low: number;
      readonly high: number;
      /** Metres between contour lines; 0 draws none. */
      readonly contour: number;
    }
  | ({ readonly format: 'normals'; readonly depth: DepthMap; readonly fov: number } & Described)
  | { readonly format: 'millimetres'; readonly depth: DepthMap }
  | { readonly format: 'exr'; readonly depth: DepthMap }
  | ({ readonly format: 'ply' | 'glb' } & SurfaceAsk & Described);

export type Ask =
  | { readonly kind: 'file'; readonly file: FileAsk }
  | { readonly kind: 'normals'; readonly depth: DepthMap; readonly fov: number }
  | { readonly kind: 'relief'; readonly surface: SurfaceAsk; readonly maxVertices: number };

/** A relief with the photo's colour (sRGB bytes) per vertex. */
export interface ColouredRelief extends Relief {
  readonly colours: Uint8Array;
}

export type Answer =
  | { readonly kind: 'file'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'normals'; readonly bitmap: ImageBitmap }
  | { readonly kind: 'relief'; readonly relief: ColouredRelief };
