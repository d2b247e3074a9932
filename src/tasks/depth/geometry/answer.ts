import { colouredRelief, normalsBitmap, writeDepthFile } from './depth-files.ts';
import type { GeometryAnswer, GeometryRequest } from './protocol.ts';

/** Answers a request to the geometry worker, and closes the bitmap that was sent with it. */
export async function answerRequest(request: GeometryRequest): Promise<GeometryAnswer> {
  try {
    return await work(request);
  } finally {
    // The bitmap was cloned for this request, and takes megabytes until it is closed or collected.
    photoOf(request)?.close();
  }
}

async function work(request: GeometryRequest): Promise<GeometryAnswer> {
  switch (request.kind) {
    case 'file':
      return { kind: 'file', bytes: await writeDepthFile(request.file) };
    case 'normals':
      return { kind: 'normals', bitmap: await normalsBitmap(request.depth, request.fov) };
    case 'relief':
      return { kind: 'relief', relief: colouredRelief(request.surface, request.maxVertices) };
  }
}

function photoOf(request: GeometryRequest): ImageBitmap | undefined {
  if (request.kind === 'relief') return request.surface.photo;
  return request.kind === 'file' && 'photo' in request.file ? request.file.photo : undefined;
}
