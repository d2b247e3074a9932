import { VpdError } from '../errors.ts';
import { Unanswered } from './unanswered.ts';
import { onDeath, type WorkerLike } from './watch.ts';
import type { WireError } from './wire.ts';

/** The page's end of a worker that answers questions (`answer.ts`). */
export interface Asked<Question, Answer> {
  /** Rejects with the worker's own error, or with `worker-crashed`; never hangs. */
  ask(question: Question, transfer?: Transferable[]): Promise<Answer>;
  end(): void;
}

type Reply<Answer> =
  | { readonly id: number; readonly answer: Answer }
  | { readonly id: number; readonly error: WireError };

/** For a worker that stays: started by the first question, and after a crash by the next. */
export function askLasting<Question, Answer>(
  start: () => WorkerLike,
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
export function askWorker<Question, Answer>(worker: WorkerLike, what: string): Asked<Question, Answer> {
  const unanswered = new Unanswered();
  let dead: VpdError | undefined;

  function fail(error: VpdError): void {
    dead ??= error;
    worker.terminate();
    unanswered.failAll(dead);
  }

  function onMessage(reply: Reply<Answer>): void {
    if ('answer' in reply) unanswered.answered(reply.id, reply.answer);
    else unanswered.refused(reply.id, reply.error);
  }
  worker.addEventListener('message', (event) => {
    if (event instanceof MessageEvent) onMessage(event.data);
  });
  onDeath(worker, (why) =>
    fail(new VpdError('worker-crashed', `${what} could not go on: ${why}. Try again, or reload the page.`)),
  );

  return {
    async ask(question, transfer = []) {
      if (dead) throw dead;
      return unanswered.ask((id) => worker.postMessage({ id, question }, transfer));
    },
    end: () => fail(new VpdError('cancelled', `${what} was cancelled.`)),
  };
}
