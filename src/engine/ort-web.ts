// Each build's module is imported by URL, outside the bundle: its threads load the same module and must load nothing else, and only
// the files of the build in use are fetched, from the page's own server.
import asyncifyModule from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import asyncifyWasm from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import jspiModule from 'onnxruntime-web/ort-wasm-simd-threaded.jspi.mjs?url';
import jspiWasm from 'onnxruntime-web/ort-wasm-simd-threaded.jspi.wasm?url';
import plainModule from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import plainWasm from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import type { Choice, Flavour } from './device.ts';
import { watchGpuMemory } from './gpu-memory.ts';
import { RangeBlob } from './range-blob.ts';
import { MAX_GPU_WEIGHTS, MAX_RECORDINGS, MAX_WASM_WEIGHTS, type Runtime, sharedBytes } from './runtime.ts';

const FILES: Record<Flavour, { readonly mjs: string; readonly wasm: string }> = {
  jspi: { mjs: jspiModule, wasm: jspiWasm },
  asyncify: { mjs: asyncifyModule, wasm: asyncifyWasm },
  wasm: { mjs: plainModule, wasm: plainWasm },
};

function load(flavour: Flavour): Promise<typeof import('onnxruntime-web')> {
  switch (flavour) {
    case 'jspi':
      return import('onnxruntime-web/jspi');
    case 'asyncify':
      return import('onnxruntime-web/webgpu');
    case 'wasm':
      return import('onnxruntime-web/wasm');
  }
}

/** Shared by all runtimes: half precision and the single precision that it is checked against read the same files. */
const bytes = sharedBytes();

/** Loads the build of onnxruntime-web that the chosen device needs. */
export async function openRuntime({ flavour, report, device, capture }: Choice): Promise<Runtime> {
  const ort = await load(flavour);
  ort.env.wasm.wasmPaths = FILES[flavour];
  ort.env.wasm.numThreads = report.threads;
  ort.env.logLevel = 'error';
  return {
    ort,
    lowering: { target: device ? 'webgpu' : 'plain', float: report.backend === 'webgpu-f16' ? 'f16' : 'f32' },
    overflowAdvice: "Add float=f32 to the page's address to compute in single precision.",
    session: { executionProviders: device ? [{ name: 'webgpu', device }] : ['wasm'], logSeverityLevel: 3 },
    gpuTensors: device !== undefined,
    ...(device ? { allocationFailed: watchGpuMemory(device) } : {}),
    ...(device && capture ? { capture: { device, maxBytes: MAX_RECORDINGS } } : {}),
    files: Object.values(FILES[flavour]),
    maxWeights: device ? MAX_GPU_WEIGHTS : MAX_WASM_WEIGHTS,
    // The JSPI build reads only each initializer's range of a Blob; the others would read the whole Blob for every session.
    weights: (blob) => (flavour === 'jspi' ? Promise.resolve(new RangeBlob(blob)) : bytes(blob)),
  };
}
