import { VpdError } from '../errors.ts';
import { Unanswered } from './unanswered.ts';
import { onDeath, type WorkerLike } from './watch.ts';
import type { WireError } from './wire.ts';

/** The page's side of a worker that answers questions (`answer.ts`). */
export interface AskedWorker<Question, Answer> {
  /** Rejects with the worker's own error, or with `worker-crashed`; never hangs. `Given` narrows the answer by its question. */
  ask<Given extends Answer = Answer>(question: Question, transfer?: Transferable[]): Promise<Given>;
  /** Ends the worker; pending and later questions reject with `cancelled`. */
  end(): void;
}

type Reply<Answer> =
  | { readonly id: number; readonly answer: Answer }
  | { readonly id: number; readonly error: WireError };

interface HasKind {
  readonly kind: string;
}
/** The answer to a question has the same `kind`. */
type AnswerTo<Q extends HasKind, Answer> = Extract<Answer, Pick<Q, 'kind'>>;

/**
 * Returns a function that asks a worker. The first question starts the worker; after a crash, the next question starts a new one.
 * @param what as for `askWorker`
 */
export function askWithRestart<Question extends HasKind, Answer extends HasKind>(
  start: () => WorkerLike,
  what: string,
): <Q extends Question>(question: Q) => Promise<AnswerTo<Q, Answer>> {
  let current: AskedWorker<Question, Answer> | undefined;
  return <Q extends Question>(question: Q) => {
    const worker = current ?? askWorker<Question, Answer>(start(), what);
    current = worker;
    return worker.ask<AnswerTo<Q, Answer>>(question).catch((error: VpdError) => {
      if (error.code === 'worker-crashed' && current === worker) current = undefined;
      throw error;
    });
  };
}

/**
 * Returns an object that asks a worker. After the worker has been ended or has died, every question fails.
 * @param what what the worker does, as the start of a sentence: `The report`
 */
export function askWorker<Question, Answer>(worker: WorkerLike, what: string): AskedWorker<Question, Answer> {
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
    fail(new VpdError('worker-crashed', `${what} could not continue: ${why}. Try again, or reload the page.`)),
  );

  return {
    async ask(question, transfer = []) {
      if (dead) throw dead;
      return unanswered.ask((id) => worker.postMessage({ id, question }, transfer));
    },
    end: () => fail(new VpdError('cancelled', `${what} was cancelled.`)),
  };
}
