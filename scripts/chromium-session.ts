import { createReadStream, existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { type Browser, chromium } from '@playwright/test';
import { transformWithOxc } from 'vite';
import { CHROMIUM_ARGS, chromiumPath } from '../e2e/chromium.ts';
import type { BuiltGraph } from '../src/vpd/graph.ts';

export interface Feed {
  readonly type: 'float32' | 'int32';
  readonly dims: readonly number[];
  readonly data: ArrayLike<number>;
}

interface ChromiumRun {
  readonly outputs: ReadonlyMap<string, Float32Array>;
  readonly loadMs: number;
  readonly runMs: number;
}

const ROOT = join(import.meta.dirname, '..');
const ORT = join(ROOT, 'node_modules/onnxruntime-web/dist');
const TYPES: Record<string, string> = { '.mjs': 'text/javascript', '.wasm': 'application/wasm' };
/** Each backend's build of onnxruntime-web, as the page chooses it if JSPI is available. */
const MODULES = { webgpu: '/ort/ort.jspi.min.mjs', wasm: '/ort/ort.wasm.min.mjs' } as const;

/** Starts a Chromium that runs graphs of a pack, on an empty page. */
export async function openChromium(packDir: string) {
  let built: BuiltGraph | undefined;
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    // Cross-origin isolation: without it wasm has one thread.
    response
      .setHeader('cross-origin-opener-policy', 'same-origin')
      .setHeader('cross-origin-embedder-policy', 'require-corp');
    if (path === '/') return response.setHeader('content-type', 'text/html').end('<!doctype html><title>graph</title>');
    if (path === '/model.onnx') return response.end(built?.model);
    if (path.startsWith('/src/')) {
      readFile(join(ROOT, path), 'utf8')
        .then((code) => transformWithOxc(code, path))
        .then(({ code }) => response.setHeader('content-type', TYPES['.mjs'] ?? '').end(code))
        .catch(() => response.writeHead(404).end());
      return response;
    }
    const file = path.startsWith('/ort/') ? join(ORT, path.slice(5)) : join(packDir, path);
    if (!existsSync(file)) return response.writeHead(404).end();
    response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream');
    return createReadStream(file).pipe(response);
  }).listen(0);
  const address = server.address();
  const { port } = address as AddressInfo;
  const executablePath = chromiumPath();
  const browser: Browser = await chromium.launch({
    ...(executablePath ? { executablePath } : {}),
    args: [...CHROMIUM_ARGS],
  });

  return {
    /** @throws Error with the runtime's message if the graph cannot be loaded or run */
    async run(
      graph: BuiltGraph,
      feeds: Readonly<Record<string, Feed>>,
      backend: 'webgpu' | 'wasm',
      threads = 2,
    ): Promise<ChromiumRun> {
      built = graph;
      const page = await browser.newPage();
      page.setDefaultTimeout(0);
      try {
        await page.goto(`http://localhost:${port}/`);
        const plain = Object.entries(feeds).map(([name, { type, dims, data }]) => ({
          name,
          type,
          dims: [...dims],
          data: Array.from(data),
        }));
        const result = await page.evaluate(
          async ({ module, chooser, files, given, backend, threads }) => {
            const ort: typeof import('onnxruntime-web') = await import(module);
            ort.env.wasm.wasmPaths = '/ort/';
            ort.env.wasm.numThreads = threads;
            ort.env.logLevel = 'error';
            const externalData = await Promise.all(
              files.map(async (path) => {
                const blob = await (await fetch(`/${path}`)).blob();
                return { path, data: backend === 'webgpu' ? blob : new Uint8Array(await blob.arrayBuffer()) };
              }),
            );
            const model = new Uint8Array(await (await fetch('/model.onnx')).arrayBuffer());
            const tensors = Object.fromEntries(
              given.map(({ name, type, dims, data }) => [
                name,
                type === 'int32'
                  ? new ort.Tensor('int32', Int32Array.from(data), dims)
                  : new ort.Tensor('float32', Float32Array.from(data), dims),
              ]),
            );
            // The device is created as in the page: with and without subgroups, some kernels of ORT differ.
            const { chooseDevice }: typeof import('../src/engine/device.ts') = await import(chooser);
            const { device } = await chooseDevice(
              { force: backend },
              { gpu: navigator.gpu, crossOriginIsolated: true, cores: 2 * threads, jspi: true },
            );
            const began = performance.now();
            const session = await ort.InferenceSession.create(model, {
              executionProviders: [device ? { name: 'webgpu', device } : 'wasm'],
              externalData,
            });
            const loaded = performance.now();
            const results = await session.run(tensors);
            const ended = performance.now();
            const outputs = Object.entries(results).map(
              ([name, { data }]) => [name, Array.from(data as Float32Array)] as const,
            );
            return { outputs, loadMs: loaded - began, runMs: ended - loaded };
          },
          {
            module: MODULES[backend] as string,
            chooser: '/src/engine/device.ts' as string,
            files: [...graph.files],
            given: plain,
            backend,
            threads,
          },
        );
        return { ...result, outputs: new Map(result.outputs.map(([name, data]) => [name, Float32Array.from(data)])) };
      } finally {
        await page.close();
      }
    },
    async close(): Promise<void> {
      await browser.close();
      server.close();
    },
  };
}
