/** The bitmap that is sent with a request is closed after its use, also if the request fails. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { answerRequest } from './answer.ts';
import type { SurfaceRequest } from './protocol.ts';

const GREY = 128;

let events: string[];

vi.mock('./glb.ts', () => ({
  async writeGlb(): Promise<Uint8Array> {
    await new Promise((resolve) => setTimeout(resolve));
    events.push('written');
    return Uint8Array.of(1);
  },
}));

/** Stub of OffscreenCanvas whose pixels are grey, as the photo's. */
class GreyCanvas {
  getContext() {
    return {
      drawImage: () => events.push('drawn'),
      getImageData: () => ({ data: new Uint8ClampedArray(16).fill(GREY) }),
    };
  }
}

function surface(edgeAngle: number): SurfaceRequest {
  return {
    depth: { width: 2, height: 2, metres: Float32Array.of(1, 9, 1, 9) },
    photo: { width: 2, height: 2, close: () => events.push('closed') },
    fov: 60,
    edgeAngle,
  };
}

beforeEach(() => {
  events = [];
  vi.stubGlobal('OffscreenCanvas', GreyCanvas);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

test('a surface for the 3D view', async () => {
  const answer = await answerRequest({ kind: 'relief', surface: surface(90), maxVertices: 100 });
  expect(answer).toMatchObject({ kind: 'relief', relief: { colours: new Uint8Array(12).fill(GREY) } });
  expect(events).toEqual(['drawn', 'closed']);
});

test('a file of points, with a comment on the field of view', async () => {
  const camera = 'horizontal field of view: 60 degrees, chosen by hand';
  const answer = await answerRequest({ kind: 'file', file: { format: 'ply', ...surface(90), camera } });
  expect(new TextDecoder('latin1').decode(answer.kind === 'file' ? answer.bytes : undefined)).toContain(
    `comment ${camera}\n`,
  );
  expect(events).toEqual(['drawn', 'closed']);
});

test('a mesh, whose exporter is asynchronous', async () => {
  await answerRequest({ kind: 'file', file: { format: 'glb', ...surface(90), camera: '' } });
  expect(events).toEqual(['drawn', 'written', 'closed']);
});

test('a request that fails because the surface is empty', async () => {
  await expect(answerRequest({ kind: 'relief', surface: surface(10), maxVertices: 100 })).rejects.toThrow(
    'No surface is seen at less than 10°',
  );
  expect(events).toEqual(['closed']);
});
