import type { Engine } from '../../engine/protocol.ts';
import { toVpdError, VpdError } from '../../errors.ts';
import type { BatchPhoto } from '../../outputs/batch/protocol.ts';
import type { Photos } from '../photos/photos.ts';
import type { RunOptions } from '../results/request.ts';
import type { SessionParts } from '../session-parts.ts';
import type { PhotoItem } from '../store.ts';

/** If the engine dies during a photo, the photo is tried once more, since it may not be the cause. */
const ATTEMPTS = 2;

/** A photo in the engine, for a batch. */
export interface EnginePhoto {
  /** Adds the photo to the engine on first use, and again after the engine died; then runs `work` with its id there and its size. */
  use<T>(work: (engine: Engine, id: string, size: Pick<BatchPhoto, 'width' | 'height'>) => Promise<T>): Promise<T>;
  /** Removes it from the engine. */
  end(): void;
}

/** The photo's id in the engine differs from the page's id, since the engine cancels older calls for the same photo. */
export function enginePhoto(
  { engine, fileOf }: Pick<SessionParts, 'engine'> & Pick<Photos, 'fileOf'>,
  photo: PhotoItem,
  options: RunOptions,
): EnginePhoto {
  const id = `batch:${photo.id}`;
  let size: Pick<BatchPhoto, 'width' | 'height'> | undefined;

  async function add(worker: Engine): Promise<Pick<BatchPhoto, 'width' | 'height'>> {
    const file = await fileOf(photo).catch((cause) => {
      throw new VpdError('bad-image', toVpdError(cause).message, { cause });
    });
    const { bitmap, width, height } = await worker.call('addPhoto', { photo: id, name: photo.name, file }, options);
    bitmap.close();
    return { width, height };
  }

  return {
    async use(work) {
      const worker = engine();
      if (!worker) throw new VpdError('internal', 'The batch has no engine.');
      for (let attempt = 1; ; attempt++) {
        try {
          size ??= await add(worker);
          return await work(worker, id, size);
        } catch (thrown) {
          worker.forget(id);
          size = undefined;
          const { code } = toVpdError(thrown);
          if (attempt === ATTEMPTS || (code !== 'worker-crashed' && code !== 'device-lost')) throw thrown;
        }
      }
    },
    end() {
      if (size) engine()?.forget(id);
    },
  };
}
