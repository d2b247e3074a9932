import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { launchOptions } from '../e2e/chromium.ts';
import type { BuiltGraph } from '../src/vpd/graph.ts';
import { serveModules } from './module-server.ts';

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

const ORT = '/node_modules/onnxruntime-web/dist/';
/** Each backend's build of onnxruntime-web, as the page chooses it if JSPI is available. */
const MODULES = { webgpu: `${ORT}ort.jspi.min.mjs`, wasm: `${ORT}ort.wasm.min.mjs` };
/** A string to the compiler, because it would look for a literal address as a file. */
const CHOOSER: string = '/src/engine/device.ts';
/** Name of the graph on the server, beside the pack's files. */
const MODEL_FILE = 'model.onnx';

/** Starts a Chromium that runs graphs of a pack, on an empty page. */
export async function openChromium(packDir: string) {
  let built: BuiltGraph | undefined;
  const server = await serveModules((request, response, next) => {
    const [, name] = /^\/graph\/([^/?]+)/.exec(request.url ?? '') ?? [];
    if (name === undefined) next();
    else if (name === MODEL_FILE) response.end(built?.model);
    else createReadStream(join(packDir, name)).on('error', next).pipe(response);
  });
  const browser = await chromium.launch(launchOptions());

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
        await page.goto(server.blank);
        const plain = Object.entries(feeds).map(([name, { type, dims, data }]) => ({
          name,
          type,
          dims: [...dims],
          data: Array.from(data),
        }));
        const result = await page.evaluate(
          async ({ module, runtime, chooser, model: modelFile, files, given, backend, threads }) => {
            const ort: typeof import('onnxruntime-web') = await import(module);
            ort.env.wasm.wasmPaths = runtime;
            ort.env.wasm.numThreads = threads;
            ort.env.logLevel = 'error';
            const externalData = await Promise.all(
              files.map(async (path) => {
                const blob = await (await fetch(`/graph/${path}`)).blob();
                return { path, data: backend === 'webgpu' ? blob : new Uint8Array(await blob.arrayBuffer()) };
              }),
            );
            const model = new Uint8Array(await (await fetch(`/graph/${modelFile}`)).arrayBuffer());
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
              {
                gpu: navigator.gpu,
                isSecureContext: true,
                crossOriginIsolated: true,
                sharedMemory: true,
                cores: 2 * threads,
                jspi: true,
              },
            );
            const began = performance.now();
            const session = await ort.InferenceSession.create(model, {
              executionProviders: [device ? { name: 'webgpu', device } : 'wasm'],
              externalData,
            });
            const loaded = performance.now();
            const results = await session.run(tensors);
            const ended = performance.now();
            const outputs = Object.entries(results).map(([name, { data }]) => {
              if (!(data instanceof Float32Array)) throw new Error(`The output ${name} is not float32.`);
              return [name, Array.from(data)] as const;
            });
            return { outputs, loadMs: loaded - began, runMs: ended - loaded };
          },
          {
            module: MODULES[backend],
            runtime: ORT,
            model: MODEL_FILE,
            chooser: CHOOSER,
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
      await server.close();
    },
  };
}
