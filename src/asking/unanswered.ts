import { VpdError } from '../errors.ts';
import type { WireError } from './wire.ts';

interface Waiting<Progress> {
  readonly onProgress: ((progress: Progress) => void) | undefined;
  // What crosses a worker boundary has no type but the one that its protocol promises for the question.
  resolve(result: MessageEvent['data']): void;
  reject(error: VpdError): void;
}

interface AskOptions<Progress> {
  readonly signal?: AbortSignal | undefined;
  /** Tells the worker that the answer is not wanted any more, when `signal` fires. The promise still waits for what the worker says to that. */
  readonly cancel?: (id: number) => void;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** The page's questions that a worker has not answered, cancelled ones too: until it answers, it may be inside a long run. */
export class Unanswered<Progress = never> {
  readonly #waiting = new Map<number, Waiting<Progress>>();
  #last = 0;

  get size(): number {
    return this.#waiting.size;
  }

  /** The answer to what `post` sends under a number of its own. */
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
        throw thrown; // what cannot be cloned: the promise is rejected with it
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

  /** The worker is gone, and its answers with it. */
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
