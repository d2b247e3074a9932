import type { WireError } from '../engine/protocol.ts';
import { VpdError } from '../errors.ts';

/** The page's end of a worker that answers questions (`answer.ts`). */
export interface Asked<Question, Answer> {
  /** Rejects with the worker's own error, or with `worker-crashed`; never hangs. */
  ask(question: Question, transfer?: Transferable[]): Promise<Answer>;
  end(): void;
}

interface Pending<Answer> {
  resolve(answer: Answer): void;
  reject(error: VpdError): void;
}
type Reply<Answer> =
  | { readonly id: number; readonly answer: Answer }
  | { readonly id: number; readonly error: WireError };

/** For a worker that stays: started by the first question, and after a crash by the next. */
export function askLasting<Question, Answer>(
  start: () => Worker,
  what: string,
): (question: Question) => Promise<Answer> {
  let current: Asked<Question, Answer> | undefined;
  return (question) => {
    const asked = current ?? askWorker<Question, Answer>(start(), what);
    current = asked;
    return asked.ask(question).catch((error: VpdError) => {
      if (error.code === 'worker-crashed' && current === asked) current = undefined;
      throw error;
    });
  };
}

/** @param what What the worker does, as the start of a sentence: `The report`. */
export function askWorker<Question, Answer>(worker: Worker, what: string): Asked<Question, Answer> {
  const pending = new Map<number, Pending<Answer>>();
  let asked = 0;
  let dead: VpdError | undefined;

  function fail(error: VpdError): void {
    dead ??= error;
    worker.terminate();
    for (const { reject } of pending.values()) reject(dead);
    pending.clear();
  }

  worker.addEventListener('message', ({ data }: MessageEvent<Reply<Answer>>) => {
    const waiting = pending.get(data.id);
    pending.delete(data.id);
    if ('answer' in data) waiting?.resolve(data.answer);
    else waiting?.reject(new VpdError(data.error.code, data.error.message, { cause: data.error.detail }));
  });
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    const reason = event.message || 'its code could not be loaded';
    fail(new VpdError('worker-crashed', `${what} could not go on: ${reason}. Try again, or reload the page.`));
  });

  return {
    ask(question, transfer = []) {
      if (dead) return Promise.reject(dead);
      const id = ++asked;
      return new Promise((resolve, reject) => {
        pending.set(id, { resolve, reject });
        worker.postMessage({ id, question }, transfer);
      });
    },
    end: () => fail(new VpdError('cancelled', `${what} was cancelled.`)),
  };
}
