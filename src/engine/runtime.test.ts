import { expect, test } from 'vitest';
import { sharedBytes } from './runtime.ts';

test('a file is read once, and is not taken for another pack’s file of the same name', async () => {
  const read = sharedBytes();
  const [one, other] = [new Blob(['one']), new Blob(['other'])];
  const bytes = await read('model.safetensors', one);
  expect(new TextDecoder().decode(bytes)).toBe('one');
  expect(await read('model.safetensors', one)).toBe(bytes);
  expect(new TextDecoder().decode(await read('model.safetensors', other))).toBe('other');
});

test('a failed read is tried again', async () => {
  const read = sharedBytes();
  let broken = true;
  const blob = new Blob(['late']);
  const whole = blob.arrayBuffer.bind(blob);
  blob.arrayBuffer = () => (broken ? Promise.reject(new Error('gone')) : whole());
  await expect(read('model.safetensors', blob)).rejects.toThrow('gone');
  broken = false;
  expect(new TextDecoder().decode(await read('model.safetensors', blob))).toBe('late');
});
