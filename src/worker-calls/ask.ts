import { VpdError } from '../errors.ts';
import { Unanswered } from './unanswered.ts';
import { onDeath, type WorkerLike } from './watch.ts';
import type { Asked, Replied } from './wire.ts';

/** When a silent worker counts as dead, in milliseconds: a browser that runs out of memory may end a worker without an event. */
interface SilenceLimits {
  /** Interval of the check. */
  readonly tick: number;
  /** Longest silence while a question is unanswered. Encoding a large photo's files blocks a worker, and its pongs, for some seconds. */
  readonly silence: number;
}
const LIMITS: SilenceLimits = { tick: 1_000, silence: 120_000 };

/** Number of silent ticks between pings. */
const PING_TICKS = 5;

/** The page's side of a worker that answers questions (`answer.ts`). */
export interface AskedWorker<Question, Answer> {
  /** Rejects with the worker's own error, or with `worker-crashed`; never hangs. `Given` narrows the answer by its question. */
  ask<Given extends Answer = Answer>(question: Question, transfer?: Transferable[]): Promise<Given>;
  /** Ends the worker; pending and later questions reject with `cancelled`. */
  end(): void;
}

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
export function askWorker<Question, Answer>(
  worker: WorkerLike,
  what: string,
  limits: Partial<SilenceLimits> = {},
): AskedWorker<Question, Answer> {
  const { tick, silence } = { ...LIMITS, ...limits };
  const unanswered = new Unanswered();
  let dead: VpdError | undefined;
  let timer: ReturnType<typeof setInterval> | undefined;
  let silentTicks = 0;

  const post = (message: Asked<Question>, transfer: Transferable[]): void => worker.postMessage(message, transfer);

  function fail(error: VpdError): void {
    dead ??= error;
    clearInterval(timer);
    worker.terminate();
    unanswered.failAll(dead);
  }
  const crashed = (why: string): void =>
    fail(new VpdError('worker-crashed', `${what} could not continue: ${why}. Try again, or reload the page.`));

  // Counts ticks instead of reading the clock, so that a worker does not count as dead after the laptop has slept.
  function onTick(): void {
    silentTicks++;
    if (unanswered.size === 0) clearInterval(timer);
    else if (silentTicks * tick > silence)
      crashed(`it has been silent for ${Math.round((silentTicks * tick) / 1000)} s`);
    else if (silentTicks % PING_TICKS === 0) post({ ping: true }, []);
  }

  function startTicking(): void {
    silentTicks = 0;
    clearInterval(timer);
    timer = setInterval(onTick, tick);
  }

  function onMessage(reply: Replied<Answer>): void {
    silentTicks = 0;
    if ('pong' in reply) return;
    if ('answer' in reply) unanswered.answered(reply.id, reply.answer);
    else unanswered.refused(reply.id, reply.error);
  }
  worker.addEventListener('message', (event) => {
    if (event instanceof MessageEvent) onMessage(event.data);
  });
  onDeath(worker, crashed);

  return {
    async ask(question, transfer = []) {
      if (dead) throw dead;
      if (unanswered.size === 0) startTicking();
      return unanswered.ask((id) => post({ id, question }, transfer));
    },
    end: () => fail(new VpdError('cancelled', `${what} was cancelled.`)),
  };
}
