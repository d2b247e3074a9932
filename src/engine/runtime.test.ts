import { expect, test } from 'vitest';
import { sharedBytes } from './runtime.ts';

test('a Blob is read once, and another Blob is read by itself', async () => {
  const read = sharedBytes();
  const [one, other] = [new Blob(['one']), new Blob(['other'])];
  const bytes = await read(one);
  expect(new TextDecoder().decode(bytes)).toBe('one');
  expect(await read(one)).toBe(bytes);
  expect(new TextDecoder().decode(await read(other))).toBe('other');
});

test('a failed read is repeated', async () => {
  const read = sharedBytes();
  let broken = true;
  const blob = new Blob(['late']);
  const whole = blob.arrayBuffer.bind(blob);
  blob.arrayBuffer = () => (broken ? Promise.reject(new Error('gone')) : whole());
  await expect(read(blob)).rejects.toThrow('gone');
  broken = false;
  expect(new TextDecoder().decode(await read(blob))).toBe('late');
});
