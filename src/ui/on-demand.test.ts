import { expect, test } from 'vitest';
import { onDemand } from './on-demand.ts';

test('code is loaded once, even if a use of it fails; a failed load is retried', async () => {
  const errors: unknown[] = [];
  const loads: (() => Promise<string[]>)[] = [() => Promise.reject(new Error('offline')), async () => []];
  const use = onDemand(
    () => (loads.shift() ?? (() => Promise.reject(new Error('loaded twice'))))(),
    (part) => part,
    (thrown) => errors.push(thrown),
  );
  const settled = () => new Promise((resolve) => setTimeout(resolve));
  use((part) => part.push('never'));
  await settled();
  expect(errors).toMatchObject([{ code: 'network', cause: new Error('offline') }]);
  use(() => {
    throw new Error('failed');
  });
  const parts: string[][] = [];
  use((part) => parts.push(part));
  use((part) => parts.push(part));
  await settled();
  expect(errors.slice(1)).toEqual([new Error('failed')]);
  expect(parts).toHaveLength(2);
  expect(parts[0]).toBe(parts[1]);
});
