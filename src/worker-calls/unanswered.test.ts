import { expect, test, vi } from 'vitest';
import { VpdError } from '../errors.ts';
import { Unanswered } from './unanswered.ts';

test('every question gets its own answer, in any order', async () => {
  const unanswered = new Unanswered<number>();
  const ids: number[] = [];
  const progress = vi.fn();
  const first = unanswered.ask((id) => ids.push(id), { onProgress: progress });
  const second = unanswered.ask((id) => ids.push(id));
  const [one = 0, two = 0] = ids;
  expect(one).not.toBe(two);
  unanswered.progress(one, 0.5);
  unanswered.answered(two, 'second');
  unanswered.refused(one, { code: 'no-memory', message: 'There was not enough memory.', detail: 'where' });
  unanswered.answered(one, 'too late');
  await expect(second).resolves.toBe('second');
  await expect(first).rejects.toMatchObject({ code: 'no-memory', cause: 'where' });
  expect(progress).toHaveBeenCalledExactlyOnceWith(0.5);
  expect(unanswered.size).toBe(0);
});

test('a cancelled question still waits for the worker’s answer; an answered one cannot be cancelled', async () => {
  const unanswered = new Unanswered();
  const abort = new AbortController();
  const cancel = vi.fn();
  let lastId = 0;
  const answer = unanswered.ask((id) => (lastId = id), { signal: abort.signal, cancel });
  abort.abort();
  expect(cancel).toHaveBeenCalledExactlyOnceWith(lastId);
  expect(unanswered.size).toBe(1);
  unanswered.refused(lastId, { code: 'cancelled', message: 'Cancelled.' });
  await expect(answer).rejects.toMatchObject({ code: 'cancelled' });

  const later = new AbortController();
  const quick = unanswered.ask((id) => (lastId = id), { signal: later.signal, cancel });
  unanswered.answered(lastId, 1);
  const failed = unanswered.ask((id) => (lastId = id), { signal: later.signal, cancel });
  unanswered.refused(lastId, { code: 'network', message: 'No connection.' });
  later.abort();
  expect(await quick).toBe(1);
  await expect(failed).rejects.toMatchObject({ code: 'network' });
  expect(cancel).toHaveBeenCalledTimes(1);
});

test('a question that cannot be sent is not waited for, and a lost worker fails all', async () => {
  const unanswered = new Unanswered();
  const abort = new AbortController();
  const cancel = vi.fn();
  const unsendable = unanswered.ask(
    () => {
      throw new TypeError('could not be cloned');
    },
    { signal: abort.signal, cancel },
  );
  await expect(unsendable).rejects.toThrow('could not be cloned');
  abort.abort();
  expect(cancel).not.toHaveBeenCalled();
  expect(unanswered.size).toBe(0);
  const lost = unanswered.ask(() => undefined);
  unanswered.failAll(new VpdError('worker-crashed', 'Gone.'));
  await expect(lost).rejects.toMatchObject({ code: 'worker-crashed' });
  expect(unanswered.size).toBe(0);
});
