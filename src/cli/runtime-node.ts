import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { MAX_WASM_WEIGHTS, type Ort, type Runtime, sharedBytes } from '../engine/runtime.ts';
import { VpdError } from '../errors.ts';
import type { Lowering } from '../vpd/graph.ts';
import { requireFolder } from './files/pack-files.ts';

/** wasm: onnxruntime-web, always available, at most 4 GiB. node: onnxruntime-node, native and without that limit, if it is installed. */
type RuntimeKind = 'wasm' | 'node';

export interface RuntimeOptions {
  readonly runtime: RuntimeKind;
  /** Threads of one run; by default all cores. */
  readonly threads?: number | undefined;
  /** f16: tensors between operators are rounded to half precision, as a GPU stores them; the arithmetic stays in single precision. */
  readonly float?: 'f32' | 'f16' | undefined;
  /** Returns values that are not finite (which half precision may overflow to) instead of refusing them. */
  readonly keepOverflow?: boolean | undefined;
}

/** Limit on the weights of all open sessions together; beyond it the oldest is closed. High, because native sessions map the files. */
const MAX_NATIVE_WEIGHTS = 16 * 2 ** 30;

const NATIVE_PACKAGE = 'onnxruntime-node';
/** Version with which the golden outputs were compared; also named in the README. */
const NATIVE_VERSION = '1.30.0';

/**
 * Opens ORT for the command line, on the CPU, with plain ONNX operators.
 * @throws VpdError missing, unsupported: no onnxruntime-node; bad-request: onnxruntime-node cannot read a pack at an address
 */
export async function openNodeRuntime(
  packDir: string,
  { runtime, threads = availableParallelism(), float = 'f32', keepOverflow = false }: RuntimeOptions,
): Promise<Runtime> {
  const plain: Lowering = { target: 'plain', float: 'f32', ...(float === 'f16' ? { rounding: 'f16' } : {}) };
  const overflowAdvice = keepOverflow ? undefined : 'Leave out --float f16 to compute in single precision.';
  if (runtime === 'wasm') {
    const ort = await import('onnxruntime-web');
    ort.env.wasm.numThreads = threads;
    ort.env.logLevel = 'error';
    return {
      ort,
      lowering: plain,
      overflowAdvice,
      session: { executionProviders: ['wasm'], logSeverityLevel: 3 },
      gpuTensors: false,
      maxWeights: MAX_WASM_WEIGHTS,
      weights: sharedBytes(),
    };
  }
  requireFolder('--runtime node', packDir);
  const folder = resolve(packDir);
  return {
    ort: await nativeOrt(),
    lowering: plain,
    overflowAdvice,
    session: {
      executionProviders: ['cpu'],
      intraOpNumThreads: threads,
      logSeverityLevel: 3,
      extra: { session: { model_external_initializers_file_folder_path: folder } },
    },
    gpuTensors: false,
    maxWeights: MAX_NATIVE_WEIGHTS,
    weights: () => undefined,
  };
}

async function nativeOrt(): Promise<Ort> {
  let loaded: Ort;
  try {
    const module = await import(NATIVE_PACKAGE);
    loaded = module.default ?? module;
  } catch (cause) {
    throw new VpdError(
      'missing',
      `The package ${NATIVE_PACKAGE} is not installed, so --runtime node cannot run; use --runtime wasm, or add it with: npm install --no-save --ignore-scripts ${NATIVE_PACKAGE}@${NATIVE_VERSION}`,
      { cause },
    );
  }
  if (typeof loaded.InferenceSession?.create !== 'function')
    throw new VpdError(
      'unsupported',
      `The installed ${NATIVE_PACKAGE} is not what was expected: it exports no InferenceSession.`,
    );
  return loaded;
}
