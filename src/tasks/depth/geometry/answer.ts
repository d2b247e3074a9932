import { normals, relief, writeFile } from './files.ts';
import type { Answer, Ask } from './protocol.ts';

/** Answers a request to the geometry worker, and closes the bitmap that was sent with it. */
export async function answerAsk(ask: Ask): Promise<Answer> {
  try {
    return await work(ask);
  } finally {
    // The bitmap was cloned for this request, and takes megabytes until it is closed or collected.
    photoOf(ask)?.close();
  }
}

async function work(ask: Ask): Promise<Answer> {
  switch (ask.kind) {
    case 'file':
      return { kind: 'file', bytes: await writeFile(ask.file) };
    case 'normals':
      return { kind: 'normals', bitmap: await normals(ask.depth, ask.fov) };
    case 'relief':
      return { kind: 'relief', relief: relief(ask.surface, ask.maxVertices) };
  }
}

function photoOf(ask: Ask): ImageBitmap | undefined {
  if (ask.kind === 'relief') return ask.surface.photo;
  return ask.kind === 'file' && 'photo' in ask.file ? ask.file.photo : undefined;
}
