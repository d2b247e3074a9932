import { maskArea } from '../image/mask.ts';
import { benchmarkIou, overlapOf } from '../image/overlap.ts';
import type { MaskPrediction } from './predictor.ts';
import { type Evaluation, type Figures, type Sums, total } from './sums.ts';

/** Levels of precision P@0.5 … P@0.9: the share of expressions whose IoU reaches them. */
const LEVELS = [0.5, 0.6, 0.7, 0.8, 0.9] as const;
const nameOf = (level: number) => `p${Math.round(level * 100)}`;

/** Steps of the chance that nothing fits, in which it is counted so that shards can be joined. */
const BINS = 200;

/**
 * Of expressions that fit something: oIoU = Σ intersection / Σ union; mean IoU, 0 where mask and truth are both empty.
 * Of expressions that fit nothing: how many get a mask all the same (`absent_masked`), and the mean share of the photo in it
 * (`absent_area`). Where the pack was calibrated, how well its signal tells the two apart, both weighing the same. Of both, how many the pack
 * could not read (`unread`), which count as an empty mask.
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
    ...signalFigures(sums.chancePresent ?? [], sums.chanceAbsent ?? [], sums.signals ?? []),
  };
}

/** AUC, and precision and recall at the pack's own threshold; nothing where the pack gives no signal. */
function signalFigures(present: readonly number[], absent: readonly number[], signals: readonly number[]): Figures {
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
    signal_precision: recall / (recall + falseAlarms),
    signal_recall: recall,
  };
}

/** The sums of one expression that fits something: masks of 0 and 1 of one size. */
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

/** The sums of one expression that fits nothing. */
export function absentScore(mask: Uint8Array): Sums {
  const area = maskArea(mask);
  return {
    ...referEvaluation.empty,
    absent: [1],
    absentMasked: [area > 0 ? 1 : 0],
    absentArea: [area / Math.max(1, mask.length)],
  };
}

/** Of those sums, what the pack itself says of an expression's absence. */
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
