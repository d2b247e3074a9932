import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cocoMask, readInstances, readRefs, refsOfSplit } from './refcoco.ts';

/** Written as Python 2's cPickle does (byte strings), in its text protocol and in its newest binary one. */
const pickled = (protocol: number) =>
  new Uint8Array(readFileSync(new URL(`testdata/refs-protocol${protocol}.p`, import.meta.url)));
const text = (pickle: string) => new TextEncoder().encode(pickle);

describe('refs', () => {
  it.each([0, 2])('are read from a pickle of protocol %i', (protocol) => {
    const refs = readRefs('refs(unc).p', pickled(protocol));
    expect(refs.map(({ refId, annotation, image, split }) => [refId, annotation, image, split])).toEqual([
      [0, 1719310, 7, 'val'],
      [1, 12, 7, 'val'],
      [2, 13, 9, 'testA'],
      [3, 13, 9, 'train'],
    ]);
    expect(refs[0]?.sentences).toEqual([
      { id: 0, text: "the lady's left hand" },
      { id: 1, text: 'left' },
    ]);
  });

  it('are selected by split as in the benchmark’s code', () => {
    const refs = readRefs('refs(unc).p', pickled(0));
    const ids = (split: string) => refsOfSplit(refs, split).map(({ refId }) => refId);
    expect(ids('val')).toEqual([0, 1]);
    expect(ids('testA')).toEqual([2]);
    expect(ids('test')).toEqual([2]);
    const split = (name: string) => ({ refId: 0, annotation: 0, image: 0, split: name, sentences: [] });
    const several = ['train', 'testA', 'testAB', 'testC'].map(split);
    expect(refsOfSplit(several, 'testB')).toEqual([split('testAB')]);
    expect(refsOfSplit(several, 'test')).toHaveLength(3);
    expect(() => ids('testB')).toThrow('No expression belongs to the split "testB"; the file has testA, train, val.');
  });

  it.each([
    [
      '(lp0\n',
      'refs.p: the pickle ends where 1 more bytes were expected at byte 5, so the file is corrupt or hostile.',
    ],
    ['(dp0\n.', 'refs.p: the whole is a dict where a list was expected; take the file as it was published.'],
    ["(lp0\nS'x'\na.", 'refs.p: ref 0 is a string where a dict was expected; take the file as it was published.'],
    [
      "(lp0\n(dp1\nS'sentences'\n(lsS'ref_id'\nS'1'\nsa.",
      'refs.p: ref 0, ref_id is a string where a number was expected; take the file as it was published.',
    ],
    ['(lp0\nIfour\na.', 'refs.p: the pickle has the number “four” at byte 11, so the file is corrupt or hostile.'],
    ['(lp0\nSx\na.', 'refs.p: the pickle has a string without quotes at byte 8, so the file is corrupt or hostile.'],
    [
      '(lp0\ng-7\na.',
      'refs.p: the pickle has the number -7 for a stored value at byte 9, so the file is corrupt or hostile.',
    ],
    // A call that would run a command in Python becomes a stub here.
    [
      "(lp0\ncposix\nsystem\n(S'true'\ntRa.",
      'refs.p: ref 0 is an object of posix.system where a dict was expected; take the file as it was published.',
    ],
  ])('refuses %j', (pickle, message) => {
    expect(() => readRefs('refs.p', text(pickle))).toThrow(message);
  });
});

describe('instances', () => {
  const json = JSON.stringify({
    images: [
      { id: 7, file_name: 'a.jpg', width: 4, height: 3 },
      { id: 8 },
      ...[
        [4, 0],
        [4.5, 3],
        [1e5, 1e5],
      ].map(([width, height], i) => ({ id: 10 + i, file_name: 'a.jpg', width, height })),
    ],
    annotations: [
      { id: 1, segmentation: [[0, 0, 2, 0, 2, 3, 0, 3]] },
      { id: 2, segmentation: { size: [3, 4], counts: [0, 12] } },
      { id: 3, segmentation: { size: [4, 4], counts: [0, 16] } },
      { id: 4, segmentation: 'x' },
      { id: 6, segmentation: { size: [4, 3], counts: [0, 12] } },
    ],
  });
  const instances = readInstances('instances.json', json);
  const image = { id: 7, file_name: 'a.jpg', width: 4, height: 3 };

  it('have masks from polygons and runs', () => {
    expect(instances.image(7)).toEqual(image);
    expect([...instances.mask(1, image)]).toEqual([1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0]);
    expect([...instances.mask(2, image)]).toEqual(new Array(12).fill(1));
  });
  it('exclude pixels that are inside two polygons of one object', () => {
    const whole = [0, 0, 4, 0, 4, 1, 0, 1];
    const right = [2, 0, 4, 0, 4, 1, 2, 1];
    expect([...cocoMask([whole, right], 4, 1)]).toEqual([1, 1, 0, 0]);
    expect([...cocoMask(new Array(257).fill(whole), 4, 1)], 'more than a byte can count').toEqual([0, 0, 0, 0]);
  });
  it.each([
    [() => instances.image(9), 'instances.json has no image 9, which a ref names; the two files are not of one set.'],
    [() => instances.image(8), 'instances.json: image 8 is malformed at "file_name".'],
    [() => instances.image(10), 'instances.json: image 10 is malformed at "height".'],
    [() => instances.image(11), 'instances.json: image 11 is malformed at "width".'],
    [() => instances.image(12), 'instances.json: image 12 is malformed at "width".'],
    [
      () => instances.mask(5, image),
      'instances.json has no annotation 5, which a ref names; the two files are not of one set.',
    ],
    [() => instances.mask(4, image), 'instances.json: annotation 4 is malformed at "segmentation".'],
    [() => instances.mask(3, image), 'A mask of 4×4 px belongs to a photo of 4×3.'],
    [() => instances.mask(6, image), 'A mask of 3×4 px belongs to a photo of 4×3.'],
    [
      () => readInstances('instances.json', '{"images": ['),
      'instances.json is not JSON, or cut off; download it again.',
    ],
    [
      () => readInstances('instances.json', '{"images": {}}'),
      'instances.json has no lists "images" and "annotations" of entries with an "id", so it is not COCO\'s.',
    ],
  ])('refuse what is wrong (%#)', (call, message) => {
    expect(call).toThrow(message);
  });
});
