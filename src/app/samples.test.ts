import { expect, test } from 'vitest';
import { readSamples } from './samples.ts';

test('samples get addresses beside their list, odd entries are left out', () => {
  const json = [
    { file: 'a.png', name: 'A', prompts: ['red box', 3] },
    { name: 'no file' },
    null,
    { file: 'b.png', truth: 'b/t.json' },
  ];
  expect(readSamples(json, 'http://host/x/samples/samples.json')).toEqual([
    { name: 'A', url: 'http://host/x/samples/a.png', prompts: ['red box'], truth: undefined, results: undefined },
    {
      name: 'b.png',
      url: 'http://host/x/samples/b.png',
      prompts: [],
      truth: 'http://host/x/samples/b/t.json',
      results: undefined,
    },
  ]);
  expect(readSamples({ a: 1 }, 'http://host/')).toEqual([]);
});
