import sharp from 'sharp';
import { expect, test } from 'vitest';
import type { WordInfo } from '../text/tokens.ts';
import { parseResultsFile, RESULTS_FILE } from './format.ts';
import { readSample } from './read.ts';
import { type EncodePng, writeSample } from './write.ts';

const encode: EncodePng = (data, width, height) =>
  sharp(data, { raw: { width, height, channels: 1 } })
    .toColourspace(data instanceof Uint16Array ? 'grey16' : 'b-w')
    .png()
    .toBuffer();

const size = { width: 2, height: 1 };
const none = { maps: [], timings: [] };

test('tokens and words are read back, also a word that was replaced by an alias', async () => {
  const words: readonly WordInfo[] = [
    { text: 'red', tokens: [1], known: true },
    { text: 'settee', tokens: [2], known: true, readAs: 'sofa' },
  ];
  const tokens = [{ text: 'red', id: 736, kind: 'word', word: 0, known: true }] as const;
  const files = await writeSample(
    {
      pack: { name: 'tiny', hash: 'ab' },
      config: 'cd',
      photo: 'ef',
      file: '../scene.png',
      guided: {},
      ...size,
      depth: { ...size, metres: Float32Array.of(1, 2), min: 1, max: 2, timings: [] },
      masks: [
        {
          ...size,
          prompt: 'red settee now',
          probability: Float32Array.of(0.5, 0.5),
          logits: new Float32Array(4),
          area: 0.5,
          tokens,
          words,
          cut: ['now'],
          ...none,
        },
      ],
      classes: { ...size, labels: Uint8Array.of(0, 1), present: [{ index: 1, name: 'chair', area: 0.5 }], ...none },
    },
    encode,
  );
  const scene = await sharp(Uint8Array.of(9, 9, 9, 9, 9, 9), { raw: { ...size, channels: 3 } })
    .png()
    .toBuffer();
  const all = new Map([...files, ['../scene.png', scene]]);
  const { masks, classes } = await readSample(async (name) => new Blob([new Uint8Array(all.get(name) ?? [])]));
  expect(masks[0]?.result).toMatchObject({ tokens, words, cut: ['now'] });
  expect(classes.present).toEqual([{ index: 1, name: 'chair', area: 0.5 }]);
});

test('a malformed file is an error that says how to write it again', () => {
  expect(() => parseResultsFile('{', RESULTS_FILE)).toThrow('results.json is not JSON; run "npm run samples".');
  expect(() => parseResultsFile('{"version": 2, "pack": 3}', RESULTS_FILE)).toThrow(
    'results.json: "pack" is 3 where Object was expected; run "npm run samples".',
  );
});
