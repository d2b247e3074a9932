import { toVpdError } from '../../errors.ts';
import { normals, relief, writeFile } from './files.ts';
import type { Answer, Ask, FromGeometry, ToGeometry } from './geometry.ts';

declare const self: DedicatedWorkerGlobalScope;

/** The answer, and which of its buffers move to the page instead of being copied. */
async function answer(ask: Ask): Promise<readonly [Answer, Transferable[]]> {
  switch (ask.kind) {
    case 'file': {
      const bytes = await writeFile(ask.file);
      return [{ kind: 'file', bytes }, [bytes.buffer]];
    }
    case 'normals': {
      const bitmap = await normals(ask.depth, ask.fov);
      return [{ kind: 'normals', bitmap }, [bitmap]];
    }
    case 'relief': {
      const found = relief(ask.surface, ask.maxVertices);
      const { positions, uvs, indices, colours } = found;
      return [{ kind: 'relief', relief: found }, [positions, uvs, indices, colours].map(({ buffer }) => buffer)];
    }
  }
}

async function receive({ id, ask }: ToGeometry): Promise<void> {
  try {
    const [found, transfer] = await answer(ask);
    self.postMessage({ id, answer: found } satisfies FromGeometry, transfer);
  } catch (thrown) {
    const { code, message, stack } = toVpdError(thrown);
    const error = stack === undefined ? { code, message } : { code, message, detail: stack };
    self.postMessage({ id, answer: { kind: 'error', error } } satisfies FromGeometry);
  }
}

self.addEventListener('message', (event: MessageEvent<ToGeometry>) => void receive(event.data));
