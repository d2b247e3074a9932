import { describe, expect, it } from 'vitest';
import { absenceChance } from '../vpd/absence.ts';
import { type AbsenceSample, auc, balancedPrecision, calibrateAbsence, figuresAt } from './absence.ts';

/** Photos with two phrases each, one present and one absent. Their peaks differ by `gap`, plus uniform noise of ±1. */
function samples(photos: number, gap: number): AbsenceSample[] {
  return Array.from({ length: 2 * photos }, (_, i) => {
    const absent = i % 2 === 1;
    const noise = ((i * 7919) % 1000) / 500 - 1;
    const other = ((i * 104_729) % 997) / 997;
    return {
      photo: `${i >> 1}.png`,
      absent,
      cues: { peak: noise + (absent ? -gap / 2 : gap / 2), area: other, words: 1 - other, contrast: 0.1 },
    };
  });
}

describe('calibrateAbsence', () => {
  it('weights the cue that separates the two kinds, and no other', () => {
    const { weights, threshold, heldOut } = calibrateAbsence(samples(200, 3), 0.9);
    expect(weights.peak).toBeLessThan(-1);
    expect(Math.abs(weights.area)).toBeLessThan(0.2 * Math.abs(weights.peak));
    expect(weights.contrast).toBe(0);
    expect(heldOut).toMatchObject({ present: 100, absent: 100, precision: 1, recall: 1, auc: 1 });
    expect(threshold).toBe(0.5);
    expect(calibrateAbsence(samples(200, 3), 1).threshold, 'a precision of exactly the requested one is enough').toBe(
      0.5,
    );
  });
  it('gives both kinds the same total weight, however many phrases they have', () => {
    const uneven = samples(200, 1).flatMap((sample) => (sample.absent ? [sample, sample, sample] : [sample]));
    const model = calibrateAbsence(uneven, 0.6);
    expect(model.heldOut).toMatchObject({ present: 100, absent: 300 });
    // The peaks of the two kinds lie evenly around 0.
    expect(absenceChance(model, { peak: 0, area: 0.5, words: 0.5, contrast: 0.1 })).toBeCloseTo(0.5, 1);
  });
  it('measures on photos that were not used for the fit', () => {
    // In every first photo the peaks separate the kinds, in every second one they do not.
    const mixed = samples(400, 3).map((sample, i) =>
      (i >> 1) % 2 === 0 ? sample : { ...sample, cues: { ...sample.cues, peak: ((i * 31) % 100) / 50 - 1 } },
    );
    expect(calibrateAbsence(mixed, 0.8).heldOut.auc).toBeCloseTo(0.5, 1);
  });
  it('reaches the requested precision; a higher one costs recall', () => {
    const [low, high] = [calibrateAbsence(samples(400, 0.8), 0.7), calibrateAbsence(samples(400, 0.8), 0.9)];
    expect(high.threshold).toBeGreaterThan(low.threshold);
    expect(high.heldOut.recall).toBeLessThan(low.heldOut.recall);
    expect(high.heldOut.precision).toBeGreaterThan(0.8);
  });
  it('keeps the weights small although a cue separates the kinds without error', () => {
    const clear = samples(40, 0).map((sample) => ({
      ...sample,
      cues: { peak: sample.absent ? 0 : 1, area: 0, words: 0, contrast: 0 },
    }));
    expect(calibrateAbsence(clear, 0.9).weights.peak).toBeCloseTo(-10.5, 1);
  });
  it('is the same for the same samples', () => {
    expect(calibrateAbsence(samples(100, 1), 0.7)).toEqual(calibrateAbsence(samples(100, 1), 0.7));
  });
  it('refuses too few samples, and cues that do not separate the kinds', () => {
    expect(() => calibrateAbsence(samples(30, 3), 0.9)).toThrow(
      'Half of the photos have only 15 phrases that fit something; 20 are needed. Give more photos, or a higher --limit.',
    );
    expect(calibrateAbsence(samples(40, 3), 0.9).heldOut, 'just enough').toMatchObject({ present: 20, absent: 20 });
    const heldOutPresent = samples(100, 3).filter(({ absent }, i) => !absent || (i >> 1) % 2 === 0);
    expect(() => calibrateAbsence(heldOutPresent, 0.9)).toThrow('only 0 phrases that fit nothing');
    expect(() => calibrateAbsence(samples(200, 0), 0.9)).toThrow(
      /^No threshold makes 90 % of the signals right: on these phrases the answers distinguish absent from present things with an AUC of 0\.5\d\. /,
    );
  });
});

describe('figures', () => {
  const scores = [
    { absent: false, chance: 0.1 },
    { absent: false, chance: 0.4 },
    { absent: true, chance: 0.4 },
    { absent: true, chance: 0.9 },
  ];
  it('auc: three of four pairs are in order and one is a tie', () => expect(auc(scores)).toBe(3.5 / 4));
  it('precision weighs both kinds equally', () => {
    expect(figuresAt(scores, 0.5)).toEqual({ precision: 1, recall: 0.5 });
    expect(figuresAt(scores, 0.4), 'no signal at the threshold itself').toEqual({ precision: 1, recall: 0.5 });
    expect(figuresAt([...scores, ...scores.slice(0, 2)], 0.3)).toEqual({ precision: 1 / 1.5, recall: 1 });
  });
  it('precision without any signal is 1', () => {
    expect(balancedPrecision(0, 0)).toBe(1);
    expect(figuresAt(scores, 0.95)).toEqual({ precision: 1, recall: 0 });
  });
});
