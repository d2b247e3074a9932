import { answerInWorker } from '../../asking/answer.ts';
import { VpdError } from '../../errors.ts';
import { type Assembly, createAssembly } from './assemble.ts';
import type { FromBatch, ToBatch } from './job.ts';

let assembly: Assembly | undefined;

function started(): Assembly {
  if (!assembly) throw new VpdError('bad-request', 'The batch has not been started.');
  return assembly;
}

/** One batch, from start to finish: its worker ends with it. */
answerInWorker<ToBatch, FromBatch>(async (message) => {
  switch (message.kind) {
    case 'start':
      assembly = createAssembly(message.facts);
      return undefined;
    case 'add':
      await started().add(message.photo, message.outcome);
      return undefined;
    case 'problem':
      started().problem(message.name, message.message);
      return undefined;
    case 'finish':
      return started().finish(message.stopped);
  }
});
