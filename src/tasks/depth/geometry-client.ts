import { VpdError } from '../../errors.ts';
import type {
  Answer,
  Ask,
  ColouredRelief,
  DepthMap,
  FileAsk,
  FromGeometry,
  SurfaceAsk,
  ToGeometry,
} from './geometry.ts';

interface Pending {
  resolve(answer: Answer): void;
  reject(error: VpdError): void;
}

let worker: Worker | undefined;
let asked = 0;
const pending = new Map<number, Pending>();

/** Started by the first question; a crash fails what is pending, and the next question starts another. */
function geometryWorker(): Worker {
  if (worker) return worker;
  const started = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'geometry' });
  started.addEventListener('message', ({ data }: MessageEvent<FromGeometry>) => {
    pending.get(data.id)?.resolve(data.answer);
    pending.delete(data.id);
  });
  started.addEventListener('error', (event) => {
    event.preventDefault();
    started.terminate();
    worker = undefined;
    const reason = event.message || 'its code could not be loaded';
    for (const { reject } of pending.values())
      reject(new VpdError('worker-crashed', `The geometry worker stopped: ${reason}. Try again, or reload the page.`));
    pending.clear();
  });
  worker = started;
  return started;
}

async function answer(ask: Ask): Promise<Exclude<Answer, { kind: 'error' }>> {
  const id = ++asked;
  const found = await new Promise<Answer>((resolve, reject) => {
    pending.set(id, { resolve, reject });
    geometryWorker().postMessage({ id, ask } satisfies ToGeometry);
  });
  if (found.kind === 'error')
    throw new VpdError(found.error.code, found.error.message, { cause: found.error.detail ?? found.error.message });
  return found;
}

const mixedUp = () => new VpdError('internal', 'The geometry worker answered another question than it was asked.');

export async function writeDepthFile(file: FileAsk): Promise<Uint8Array<ArrayBuffer>> {
  const found = await answer({ kind: 'file', file });
  if (found.kind !== 'file') throw mixedUp();
  return found.bytes;
}

/** Normals as a picture of the depth map's size. */
export async function drawNormals(depth: DepthMap, fov: number): Promise<ImageBitmap> {
  const found = await answer({ kind: 'normals', depth, fov });
  if (found.kind !== 'normals') throw mixedUp();
  return found.bitmap;
}

export async function buildRelief(surface: SurfaceAsk, maxVertices: number): Promise<ColouredRelief> {
  const found = await answer({ kind: 'relief', surface, maxVertices });
  if (found.kind !== 'relief') throw mixedUp();
  return found.relief;
}
