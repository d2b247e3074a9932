import { answerInWorker } from '../../asking/answer.ts';
import { normals, relief, writeFile } from './files.ts';
import type { Answer, Ask } from './geometry.ts';

answerInWorker<Ask, Answer>(async (ask) => {
  switch (ask.kind) {
    case 'file':
      return { kind: 'file', bytes: await writeFile(ask.file) };
    case 'normals':
      return { kind: 'normals', bitmap: await normals(ask.depth, ask.fov) };
    case 'relief':
      return { kind: 'relief', relief: relief(ask.surface, ask.maxVertices) };
  }
});
