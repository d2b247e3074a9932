/**
 * The depth backbone and head on WebGPU, from the official implementation's latents, against its features and metres: what fused kernels
 * and the GPU's arithmetic add to the error. Without a GPU this runs on SwiftShader and takes minutes, so it is no unit test.
 *
 *   npx tsx scripts/golden-webgpu.ts --pack DIR --fixtures DIR        the pack of that fixture, converted with --weights f32
 */
import { createReadStream, existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { CHROMIUM_ARGS, chromiumPath } from '../e2e/chromium.ts';
import { openPackFolder } from '../src/cli/pack-files.ts';
import { readNpyF32 } from '../src/image/npy.ts';
import { buildGraph } from '../src/vpd/build.ts';

/** Twice what float32 on a CPU is allowed. */
const BARS = { max: 1e-2, mean: 1e-3 };
/** Index of "living_room" among VPD's scenes, the fixture's. */
const SCENE = 2;
const ORT = join(import.meta.dirname, '../node_modules/onnxruntime-web/dist');
const TYPES: Record<string, string> = { '.mjs': 'text/javascript', '.wasm': 'application/wasm' };

const { values } = parseArgs({ options: { pack: { type: 'string' }, fixtures: { type: 'string' } } });
const { pack: packDir, fixtures } = values;
if (packDir === undefined || fixtures === undefined) {
  console.error('usage: golden-webgpu.ts --pack DIR --fixtures DIR');
  process.exit(2);
}
const readArray = async (name: string): Promise<Float32Array> =>
  readNpyF32(new Uint8Array(await readFile(join(fixtures, name))), name).data;

const pack = await openPackFolder(packDir);
const frame = { height: 512, width: 512, rows: 480, cols: 480 };
const built = buildGraph(
  pack.config,
  pack.index,
  { graph: 'task', task: 'depth', ...frame },
  { target: 'webgpu', float: 'f32' },
);

const server = createServer((request, response) => {
  const path = new URL(request.url ?? '/', 'http://localhost').pathname;
  if (path === '/') return response.setHeader('content-type', 'text/html').end('<!doctype html><title>golden</title>');
  if (path === '/model.onnx') return response.end(built.model);
  const file = path.startsWith('/ort/') ? join(ORT, path.slice(5)) : join(packDir, path);
  if (!existsSync(file)) return response.writeHead(404).end();
  response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream');
  return createReadStream(file).pipe(response);
}).listen(0);
const { port } = server.address() as AddressInfo;

const executablePath = chromiumPath();
const browser = await chromium.launch({ ...(executablePath ? { executablePath } : {}), args: [...CHROMIUM_ARGS] });
try {
  const page = await browser.newPage();
  await page.goto(`http://localhost:${port}/`);
  const began = Date.now();
  const metres = await page.evaluate(
    async ({ files, latent, scene }) => {
      const module: string = '/ort/ort.webgpu.min.mjs';
      const ort: typeof import('onnxruntime-web') = await import(module);
      ort.env.wasm.wasmPaths = '/ort/';
      const bytes = async (url: string): Promise<Uint8Array> => new Uint8Array(await (await fetch(url)).arrayBuffer());
      const externalData = await Promise.all(files.map(async (path) => ({ path, data: await bytes(`/${path}`) })));
      const session = await ort.InferenceSession.create(await bytes('/model.onnx'), {
        executionProviders: ['webgpu'],
        externalData,
      });
      const { depth } = await session.run({
        latent: new ort.Tensor('float32', Float32Array.from(latent), [1, 4, 64, 64]),
        scene: new ort.Tensor('int32', Int32Array.of(scene), [1]),
      });
      return Array.from((depth?.data ?? []) as Float32Array);
    },
    { files: built.files, latent: Array.from(await readArray('depth.latents.npy')), scene: SCENE },
  );
  const want = await readArray('depth.pred_metres.npy');
  const errors = Array.from(want, (value, i) => Math.abs((metres[i] ?? Number.POSITIVE_INFINITY) - value));
  const max = errors.reduce((a, b) => Math.max(a, b), 0);
  const mean = errors.reduce((a, b) => a + b, 0) / errors.length;
  console.log(
    `depth on WebGPU: max error ${max.toExponential(2)} m (bar ${BARS.max}), mean ${mean.toExponential(2)} m (bar ${BARS.mean}), ${Date.now() - began} ms`,
  );
  process.exitCode = max <= BARS.max && mean <= BARS.mean ? 0 : 1;
} finally {
  await browser.close();
  server.close();
}
