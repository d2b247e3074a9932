import { normals, relief, writeFile } from './files.ts';
import type { Answer, Ask } from './geometry.ts';

/** The geometry worker's answer. */
export async function answerAsk(ask: Ask): Promise<Answer> {
  try {
    return await work(ask);
  } finally {
    // It was cloned for this question alone, and takes megabytes until it is collected.
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
