import { expect, test } from 'vitest';
import { latestOnly } from './latest-only.ts';

/** Running questions, oldest first, each with functions to end it. */
function slow() {
  const running: { readonly question: number; end(answer: string): void; fail(error: Error): void }[] = [];
  const run = (question: number) =>
    new Promise<string>((end, fail) => {
      running.push({ question, end, fail });
    });
  return { running, run };
}
const settle = () => new Promise((resolve) => setTimeout(resolve));

test('while one question runs, only the latest of the others waits', async () => {
  const { running, run } = slow();
  const ask = latestOnly(run);
  const first = ask(1);
  await settle();
  const others = [2, 3, 4].map(ask);
  await settle();
  expect(running.map(({ question }) => question)).toEqual([1]);
  running[0]?.end('one');
  expect(await first).toBe('one');
  await settle();
  expect(running.map(({ question }) => question)).toEqual([1, 4]);
  running[1]?.end('four');
  expect(await Promise.all(others)).toEqual([undefined, undefined, 'four']);
});

test('after a failure the next question runs', async () => {
  const { running, run } = slow();
  const ask = latestOnly(run);
  const first = ask(1);
  await settle();
  const second = ask(2);
  running[0]?.fail(new Error('broken'));
  await expect(first).rejects.toThrow('broken');
  await settle();
  running[1]?.end('two');
  expect(await second).toBe('two');
});
