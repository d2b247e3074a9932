import { maskArea } from '../image/masks/mask.ts';
import { benchmarkIou, overlapOf } from '../image/masks/overlap.ts';
import { balancedPrecision } from './absence.ts';
import type { MaskPrediction } from './predictor.ts';
import { type Evaluation, type Figures, type Sums, total } from './sums.ts';

/** IoU thresholds of P@0.5 … P@0.9, the share of expressions whose IoU is at least this. */
const LEVELS = [0.5, 0.6, 0.7, 0.8, 0.9] as const;
const nameOf = (level: number) => `p${Math.round(level * 100)}`;

/** Bins of the histograms of P(nothing fits). Histograms can be added, so shards can be merged. */
const BINS = 200;

/**
 * Figures over expressions that fit something: oIoU = Σ intersection / Σ union; mean IoU, where IoU is 0 if mask and truth are both empty.
 * Over expressions that fit nothing: the share that still gets a mask (`absent_masked`), and the mean share of the photo in the mask
 * (`absent_area`). For a calibrated pack, the quality of its signal, with equal weight for both kinds. Over both kinds: the number of
 * expressions that the pack could not read (`unread`), which count as an empty mask.
 */
export const referEvaluation: Evaluation = {
  empty: {
    expressions: [0],
    intersection: [0],
    union: [0],
    iou: [0],
    ...Object.fromEntries(LEVELS.map((level) => [nameOf(level), [0]])),
    absent: [0],
    absentMasked: [0],
    absentArea: [0],
    chancePresent: new Array<number>(BINS).fill(0),
    chanceAbsent: new Array<number>(BINS).fill(0),
    signals: [0, 0],
    unread: [0],
  },
  hasFigures: (sums) => total(sums, 'expressions') + total(sums, 'absent') > 0,
  report(sums) {
    const expressions = total(sums, 'expressions');
    const unread = total(sums, 'unread');
    return {
      task: 'refer',
      expressions,
      oiou: total(sums, 'intersection') / total(sums, 'union'),
      miou: total(sums, 'iou') / expressions,
      ...Object.fromEntries(LEVELS.map((level) => [nameOf(level), total(sums, nameOf(level)) / expressions])),
      ...absentFigures(sums),
      ...(unread === 0 ? {} : { unread }),
    };
  },
};

function absentFigures(sums: Sums): Figures {
  const absent = total(sums, 'absent');
  if (absent === 0) return {};
  return {
    absent,
    absent_masked: total(sums, 'absentMasked') / absent,
    absent_area: total(sums, 'absentArea') / absent,
    ...histogramFigures(sums.chancePresent ?? [], sums.chanceAbsent ?? [], sums.signals ?? []),
  };
}

/** Returns AUC, and precision and recall at the pack's own threshold; empty if the pack is not calibrated. */
function histogramFigures(present: readonly number[], absent: readonly number[], signals: readonly number[]): Figures {
  const count = (bins: readonly number[]) => bins.reduce((sum, value) => sum + value, 0);
  const [ofPresent, ofAbsent] = [count(present), count(absent)];
  if (ofPresent === 0 || ofAbsent === 0) return {};
  let [below, pairs] = [0, 0];
  present.forEach((value, bin) => {
    pairs += (absent[bin] ?? 0) * (below + value / 2);
    below += value;
  });
  const falseAlarms = (signals[0] ?? 0) / ofPresent;
  const recall = (signals[1] ?? 0) / ofAbsent;
  return {
    signal_auc: pairs / (ofPresent * ofAbsent),
    signal_precision: balancedPrecision(recall, falseAlarms),
    signal_recall: recall,
  };
}

/** Returns the sums of one expression that fits something, from masks of 0 and 1 of the same size. */
export function referScore(mask: Uint8Array, truth: Uint8Array): Sums {
  const overlap = overlapOf(mask, truth);
  const iou = benchmarkIou(overlap);
  return {
    ...referEvaluation.empty,
    expressions: [1],
    intersection: [overlap.both],
    union: [overlap.union],
    iou: [iou],
    ...Object.fromEntries(LEVELS.map((level) => [nameOf(level), [iou >= level ? 1 : 0]])),
  };
}

/** Returns the sums of one expression that fits nothing. */
export function absentScore(mask: Uint8Array): Sums {
  const area = maskArea(mask);
  return {
    ...referEvaluation.empty,
    absent: [1],
    absentMasked: [area > 0 ? 1 : 0],
    absentArea: [area / Math.max(1, mask.length)],
  };
}

/** Returns the sums of the pack's signal for one expression, to be merged into those above; empty if the pack is not calibrated. */
export function signalScore({ absence }: MaskPrediction, threshold: number | undefined, absent: boolean): Sums {
  if (absence === undefined || threshold === undefined) return {};
  const bins = new Array<number>(BINS).fill(0);
  bins[Math.min(BINS - 1, Math.floor(absence * BINS))] = 1;
  const signal = absence > threshold ? 1 : 0;
  return {
    [absent ? 'chanceAbsent' : 'chancePresent']: bins,
    signals: absent ? [0, signal] : [signal, 0],
  };
}
