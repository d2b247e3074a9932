import { toWire, transferables } from './requests.ts';
import type { Asked } from './wire.ts';

declare const self: DedicatedWorkerGlobalScope;

/** The worker's side of `ask.ts`: answers questions one after the other, each with one answer or one error. */
export function answerInWorker<Question, Answer>(answer: (question: Question) => Promise<Answer>): void {
  let last: Promise<unknown> = Promise.resolve();
  self.addEventListener('message', ({ data }: MessageEvent<Asked<Question>>) => {
    // Not in turn: it tells the page that the worker lives, also while a question is being answered.
    if ('ping' in data) {
      self.postMessage({ pong: true });
      return;
    }
    last = last.then(async () => {
      try {
        const found = await answer(data.question);
        self.postMessage({ id: data.id, answer: found }, transferables(found));
      } catch (thrown) {
        self.postMessage({ id: data.id, error: toWire(thrown) });
      }
    });
  });
}
