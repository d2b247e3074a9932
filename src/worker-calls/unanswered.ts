import { VpdError } from '../errors.ts';
import type { WireError } from './wire.ts';

interface Waiting<Progress> {
  readonly onProgress: ((progress: Progress) => void) | undefined;
  // A message from a worker has no type; the protocol promises the type of the answer to each question.
  resolve(result: MessageEvent['data']): void;
  reject(error: VpdError): void;
}

interface AskOptions<Progress> {
  readonly signal?: AbortSignal | undefined;
  /** Called when `signal` fires, to tell the worker. The promise still waits for the worker's answer. */
  readonly cancel?: (id: number) => void;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** The questions that a worker has not answered yet. Cancelled ones stay until answered, because the worker may be in a long run. */
export class Unanswered<Progress = never> {
  readonly #waiting = new Map<number, Waiting<Progress>>();
  #last = 0;

  get size(): number {
    return this.#waiting.size;
  }

  /** Sends a question with `post`, under a new id. Resolves with its answer; rejects with its error, or with what `post` throws. */
  ask<Result>(post: (id: number) => void, { signal, cancel, onProgress }: AskOptions<Progress> = {}): Promise<Result> {
    return new Promise((resolve, reject) => {
      const id = ++this.#last;
      const onAbort = (): void => cancel?.(id);
      signal?.addEventListener('abort', onAbort, { once: true });
      const settled = (): void => signal?.removeEventListener('abort', onAbort);
      this.#waiting.set(id, {
        onProgress,
        resolve(result) {
          settled();
          resolve(result);
        },
        reject(error) {
          settled();
          reject(error);
        },
      });
      try {
        post(id);
      } catch (thrown) {
        this.#waiting.delete(id);
        settled();
        throw thrown; // rejects the promise, e.g. because the message cannot be cloned
      }
    });
  }

  progress(id: number, progress: Progress): void {
    this.#waiting.get(id)?.onProgress?.(progress);
  }

  answered(id: number, result: MessageEvent['data']): void {
    this.#take(id)?.resolve(result);
  }

  refused(id: number, { code, message, detail }: WireError): void {
    this.#take(id)?.reject(new VpdError(code, message, detail === undefined ? undefined : { cause: detail }));
  }

  /** Rejects all questions, because the worker is gone. */
  failAll(error: VpdError): void {
    const lost = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of lost) reject(error);
  }

  #take(id: number): Waiting<Progress> | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }
}
