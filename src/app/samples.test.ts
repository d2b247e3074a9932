import { expect, test } from 'vitest';
import { readSamples } from './samples.ts';

test('samples get addresses beside their list, odd entries are left out', () => {
  const json = [{ file: 'a.png', name: 'A', prompts: ['red box', 3] }, { name: 'no file' }, null, { file: 'b.png' }];
  expect(readSamples(json, 'http://host/x/samples/samples.json')).toEqual([
    { name: 'A', url: 'http://host/x/samples/a.png', prompts: ['red box'] },
    { name: 'b.png', url: 'http://host/x/samples/b.png', prompts: [] },
  ]);
  expect(readSamples({ a: 1 }, 'http://host/')).toEqual([]);
});
