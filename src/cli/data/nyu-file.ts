import type { Dataset, File } from 'h5wasm/node';
import { VpdError } from '../../errors.ts';

type Values = Uint8Array | Uint16Array | Float32Array | Float64Array;

/** `nyu_depth_v2_labeled.mat`, read frame by frame (numbered from 1), because it has 2.8 GB. MATLAB stores arrays column by column. */
interface NyuFile {
  readonly count: number;
  readonly width: number;
  readonly height: number;
  /** [3,width,height], 0…255. */
  image(frame: number): Values;
  /** Depth measured by the sensor in metres, 0 where unknown: [width,height]. */
  rawDepth(frame: number): Values;
  /** Scene type, e.g. `kitchen`. */
  scene(frame: number): string;
  close(): void;
}

const isValues = (value: unknown): value is Values =>
  value instanceof Uint8Array ||
  value instanceof Uint16Array ||
  value instanceof Float32Array ||
  value instanceof Float64Array;

/** @throws VpdError bad-file: not HDF5, truncated, or other content */
export async function openNyuFile(path: string): Promise<NyuFile> {
  const { default: h5 } = await import('h5wasm/node');
  // Makes the library throw errors; otherwise it prints its own stack.
  (await h5.ready).activate_throwing_error_handler();
  const file = attempt(
    () => new h5.File(path, 'r'),
    `${path} is not an HDF5 file (MATLAB 7.3), or is cut off; download it again.`,
  );
  try {
    return framesOf(path, file, h5.Dataset);
  } catch (thrown) {
    file.close();
    throw thrown;
  }
}

function framesOf(path: string, file: File, DatasetClass: typeof Dataset): NyuFile {
  function dataset(name: string, rank: number): { readonly set: Dataset; readonly shape: readonly number[] } {
    const other = `${path} has no ${name} with ${rank} dimensions, so it is not NYU Depth v2's labelled part.`;
    const set = attempt(() => file.get(name), other);
    if (!(set instanceof DatasetClass) || set.shape?.length !== rank) throw new VpdError('bad-file', other);
    return { set, shape: set.shape };
  }
  const images = dataset('images', 4);
  const depths = dataset('rawDepths', 3);
  const scenes = dataset('sceneTypes', 2);
  const [count = 0, , width = 0, height = 0] = images.shape;
  if (depths.shape.join() !== [count, width, height].join())
    throw new VpdError(
      'bad-file',
      `${path} has images of ${images.shape.join('×')} and rawDepths of ${depths.shape.join('×')}, which do not belong together.`,
    );

  function valuesOf({ set, shape }: ReturnType<typeof dataset>, frame: number): Values {
    const damaged = `${path}: frame ${frame} of ${set.path} cannot be read; the file is damaged or cut off.`;
    const values = attempt(() => set.slice([[frame - 1, frame], ...shape.slice(1).map((): [] => [])]), damaged);
    if (!isValues(values)) throw new VpdError('bad-file', damaged);
    return values;
  }
  return {
    count,
    width,
    height,
    image: (frame) => valuesOf(images, frame),
    rawDepth: (frame) => valuesOf(depths, frame),
    scene(frame) {
      const damaged = `${path}: the scene of frame ${frame} cannot be read; the file is damaged or cut off.`;
      const codes = attempt(() => {
        const references = scenes.set.slice([
          [0, 1],
          [frame - 1, frame],
        ]);
        const [reference] = Array.isArray(references) ? references : [];
        const text = reference instanceof Object && 'ref_data' in reference ? file.dereference(reference) : undefined;
        return text && 'value' in text ? text.value : undefined;
      }, damaged);
      if (!(codes instanceof Uint16Array)) throw new VpdError('bad-file', damaged);
      return String.fromCharCode(...codes);
    },
    close: () => void file.close(),
  };
}

/** Replaces an error of the library, whose message is a stack, by a sentence. */
function attempt<T>(work: () => T, message: string): T {
  try {
    return work();
  } catch (cause) {
    throw new VpdError('bad-file', message, { cause });
  }
}
