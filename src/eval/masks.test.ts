import { describe, expect, it } from 'vitest';
import { absentScore, referEvaluation, referScore, signalScore } from './refer.ts';
import { matchClasses, segmentEvaluation, segmentScore } from './segment.ts';
import { parseShard, takeShard } from './shard.ts';
import { addSums, type Sums } from './sums.ts';

describe('refer', () => {
  it('by hand: IoU 1/2, 2/3 and 0', () => {
    let sums = referEvaluation.empty;
    sums = addSums(sums, referScore(Uint8Array.of(1, 1, 0, 0), Uint8Array.of(1, 0, 0, 0)));
    sums = addSums(sums, referScore(Uint8Array.of(1, 1, 1, 0), Uint8Array.of(1, 1, 0, 0)));
    sums = addSums(sums, referScore(Uint8Array.of(0, 0, 0, 0), Uint8Array.of(0, 0, 0, 1)));
    const figures = referEvaluation.report(sums);
    expect(figures).toEqual({
      task: 'refer',
      expressions: 3,
      oiou: 3 / 6,
      miou: (1 / 2 + 2 / 3) / 3,
      p50: 2 / 3,
      p60: 1 / 3,
      p70: 0,
      p80: 0,
      p90: 0,
    });
  });
  it('by hand: one of two absent expressions gets a mask of half the photo; one of two signals is right', () => {
    const empty = Uint8Array.of(0, 0, 0, 0);
    const half = Uint8Array.of(1, 1, 0, 0);
    const add = (scores: readonly Sums[]) => referEvaluation.report(scores.reduce(addSums, referEvaluation.empty));
    const plain = [absentScore(empty), absentScore(half), referScore(half, half), referScore(half, half)];
    expect(add(plain)).toMatchObject({
      expressions: 2,
      oiou: 1,
      miou: 1,
      absent: 2,
      absent_masked: 0.5,
      absent_area: 0.25,
    });
    expect(add(plain)).not.toHaveProperty('signal_auc');
    expect(referEvaluation.hasFigures(absentScore(half)), 'absent ones alone').toBe(true);
    const chances = [0.9, 0.6, 0.8, 0.1];
    const signalled = (threshold: number) =>
      plain.map((score, i) => {
        const prediction = { width: 2, height: 2, mask: half, absence: chances[i] ?? 0 };
        return { ...score, ...signalScore(prediction, threshold, i < 2) };
      });
    expect(add(signalled(0.7))).toMatchObject({
      signal_auc: 3 / 4,
      signal_precision: 1 / 2,
      signal_recall: 1 / 2,
    });
    expect(add(signalled(0.85))).toMatchObject({ signal_precision: 1, signal_recall: 1 / 2 });
    expect(add(signalled(0.9)), 'no signal at the threshold itself').toMatchObject({ signal_recall: 0 });
    expect(add(signalled(0.7).slice(0, 2)), 'one kind alone').not.toHaveProperty('signal_auc');
    expect(add(signalled(0.95)), 'no signal at all').toMatchObject({ signal_precision: 1, signal_recall: 0 });
  });
});

describe('refer, single expressions', () => {
  it('two empty masks have an IoU of 0, as in the benchmark’s code', () => {
    expect(referScore(new Uint8Array(4), new Uint8Array(4))).toMatchObject({ iou: [0], union: [0], p50: [0] });
  });
  it('a mask of one pixel counts as a mask, and one of no size has no area', () => {
    expect(absentScore(Uint8Array.of(0, 0, 0, 1))).toMatchObject({ absentMasked: [1], absentArea: [0.25] });
    expect(absentScore(new Uint8Array())).toMatchObject({ absentMasked: [0], absentArea: [0] });
  });
  it('equal chances count half in the AUC, and a chance of 1 is in the last bin', () => {
    const signal = (absence: number, absent: boolean) =>
      signalScore({ width: 1, height: 1, mask: Uint8Array.of(0), absence }, 0.5, absent);
    const scores = [
      { ...referScore(Uint8Array.of(1), Uint8Array.of(1)), ...signal(1, false) },
      { ...absentScore(Uint8Array.of(0)), ...signal(1, true) },
    ];
    expect(referEvaluation.report(scores.reduce(addSums, referEvaluation.empty))).toMatchObject({ signal_auc: 0.5 });
  });
});

describe('segment', () => {
  it('by hand: two of four classes, an ignored pixel, a class the data lack', () => {
    const { empty, report } = segmentEvaluation(['wall', 'floor', 'bed', 'lamp']);
    const toData = matchClasses([' Floor', 'wall', 'rocket', 'bed'], ['wall', 'floor', 'bed', 'lamp']);
    expect(toData).toEqual([1, 0, -1, 2]);
    // truth  wall wall floor floor floor ignored; found wall floor floor rocket bed wall
    const labels = Uint8Array.of(1, 0, 0, 2, 3, 1);
    const truth = Uint8Array.of(0, 0, 1, 1, 1, 255);
    const sums = addSums(empty, segmentScore(labels, truth, toData, 255, 4));
    // wall 1/2; floor 1/(3 + 2 − 1); bed 0/1; lamp is nowhere
    expect(report(sums)).toEqual({
      task: 'segment',
      images: 1,
      miou: (1 / 2 + 1 / 4 + 0) / 3,
      pixel_accuracy: 2 / 5,
      classes: 3,
    });
  });
  it('skips pixels of the ignored label and of labels beyond the classes', () => {
    const { labelled, truth } = segmentScore(Uint8Array.of(0, 1, 1), Uint8Array.of(0, 1, 2), [0, 1], 0, 2);
    expect({ labelled, truth }).toEqual({ labelled: [1], truth: [0, 1] });
    const none = segmentScore(Uint8Array.of(0), Uint8Array.of(255), [0, 1], 255, 2);
    expect(segmentEvaluation(['wall', 'floor']).hasFigures(none), 'nothing is labelled').toBe(false);
  });
  it('refuses sizes that differ', () => {
    expect(() => segmentScore(new Uint8Array(2), new Uint8Array(3), [0], 255, 1)).toThrow(
      'Labels of 2 and 3 pixels cannot be compared; they must have one size.',
    );
  });
  it('refuses data of other classes', () => {
    expect(() => matchClasses(['a', 'b'], ['wall', 'floor'])).toThrow(
      "None of the pack's 2 classes (a, b…) is among the data's 2 (wall, floor…); use data with the pack's classes.",
    );
  });
});

describe('shards', () => {
  it('together contain the first `limit` items', () => {
    const items = [0, 1, 2, 3, 4, 5, 6, 7];
    const parts = [1, 2, 3].map((index) => takeShard(items, { index, count: 3 }, 7));
    expect(parts).toEqual([
      [0, 3, 6],
      [1, 4],
      [2, 5],
    ]);
  });
  it.each(['0/3', '4/3', '1/0', 'x', '1/2/3', '-1/2'])('refuses %s', (text) => {
    expect(() => parseShard(text)).toThrow(`A shard is written i/n with 1 ≤ i ≤ n, such as 2/8, not "${text}".`);
  });
  it('are at most 100,000', () => {
    expect(parseShard('7/100000')).toEqual({ index: 7, count: 100_000 });
    expect(() => parseShard('7/100001')).toThrow('A run has at most 100000 shards, and "7/100001" is one of more.');
  });
  it('have sums that add up', () => {
    expect(addSums({ a: [1, 2], b: [3] }, { a: [10, 20], b: [30] })).toEqual({ a: [11, 22], b: [33] });
    expect(() => addSums({ a: [1] }, { a: [1, 2] })).toThrow(
      'Two shards hold different sums; merge only shards of one evaluation of one pack.',
    );
    expect(() => addSums({ a: [1] }, { b: [1] })).toThrow('different sums');
    expect(() => addSums({ a: [1] }, { a: [1], b: [1] })).toThrow('different sums');
  });
});
