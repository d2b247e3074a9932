import { describe, expect, it } from 'vitest';
import { type AbsenceSample, auc, calibrateAbsence, signalFigures } from './absence.ts';

/** Photos of two phrases each, one that fits and one that does not; `gap` is how far their peaks lie apart, beside even noise of ±1. */
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
  it('finds the cue that tells the two kinds apart and leaves the others alone', () => {
    const { weights, threshold, heldOut } = calibrateAbsence(samples(200, 3), 0.9);
    expect(weights.peak).toBeLessThan(-1);
    expect(Math.abs(weights.area)).toBeLessThan(0.2 * Math.abs(weights.peak));
    expect(weights.contrast).toBe(0);
    expect(heldOut).toMatchObject({ present: 100, absent: 100, precision: 1, recall: 1, auc: 1 });
    expect(threshold).toBe(0.5);
  });
  it('measures on the photos that the fit has not seen', () => {
    // Of the first of each two photos the peaks tell everything, of the second nothing.
    const mixed = samples(400, 3).map((sample, i) =>
      (i >> 1) % 2 === 0 ? sample : { ...sample, cues: { ...sample.cues, peak: ((i * 31) % 100) / 50 - 1 } },
    );
    expect(calibrateAbsence(mixed, 0.8).heldOut.auc).toBeCloseTo(0.5, 1);
  });
  it('asks for the precision wanted: a higher one costs recall', () => {
    const [low, high] = [calibrateAbsence(samples(400, 0.8), 0.7), calibrateAbsence(samples(400, 0.8), 0.9)];
    expect(high.threshold).toBeGreaterThan(low.threshold);
    expect(high.heldOut.recall).toBeLessThan(low.heldOut.recall);
    expect(high.heldOut.precision).toBeGreaterThan(0.8);
  });
  it('is the same for the same samples', () => {
    expect(calibrateAbsence(samples(100, 1), 0.7)).toEqual(calibrateAbsence(samples(100, 1), 0.7));
  });
  it('refuses few samples, and answers that tell nothing', () => {
    expect(() => calibrateAbsence(samples(30, 3), 0.9)).toThrow(
      'Half of the photos have only 15 phrases that fit something; 20 are needed. Give more photos, or a higher --limit.',
    );
    expect(() => calibrateAbsence(samples(200, 0), 0.9)).toThrow(
      /^No threshold makes 90 % of the signals right: on these phrases the answers tell absent from present things with an AUC of 0\.5\d\. /,
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
  it('auc: of four pairs three are in order and one is a tie', () => expect(auc(scores)).toBe(3.5 / 4));
  it('precision and recall weigh both kinds the same', () => {
    expect(signalFigures(scores, 0.5)).toEqual({ precision: 1, recall: 0.5 });
    expect(signalFigures([...scores, ...scores.slice(0, 2)], 0.3)).toEqual({ precision: 1 / 1.5, recall: 1 });
  });
});
