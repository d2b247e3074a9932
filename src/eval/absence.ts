import { VpdError } from '../errors.ts';
import {
  ABSENCE_CUES,
  type AbsenceCue,
  type AbsenceCues,
  type AbsenceModel,
  absenceChance,
  sigmoid,
} from '../vpd/absence.ts';

/** One phrase about one photo: the cues of its result, and whether it fits nothing there (`absent`). */
export interface AbsenceSample {
  readonly photo: string;
  readonly absent: boolean;
  readonly cues: AbsenceCues;
}

/** Fewest samples of each kind in each half; with fewer the figures would be chance. */
const FEWEST = 20;
/** L2 penalty on the weights of standardised cues: keeps them finite if the two kinds are separable without error. */
const RIDGE = 1e-3;
/** Learning rate: the loss has a curvature of at most (1 + cues) / 4, so it never overshoots. After STEPS stored digits no longer change. */
const RATE = 0.8;
const STEPS = 4000;
/** Smallest standard deviation of a cue that counts. Real cues vary by tenths or more; less is rounding. */
const LEAST_DEVIATION = 1e-6;
/** Lowest recall with which a signal is worth having. */
const LEAST_RECALL = 0.05;
/** Decimals of stored numbers: enough for every decision, and equal on machines whose last bits differ. */
const DIGITS = 4;

const round = (value: number): number => Number(value.toFixed(DIGITS));

/**
 * Fits the signal "nothing fits these words" on every second photo and measures it on the others. The weights are a logistic
 * regression on standardised cues, with equal total weight for both kinds of phrases. The threshold is the lowest one ≥ 0.5 with at least
 * this `precision` on the photos of the fit.
 * @throws VpdError bad-request: too few phrases; unsupported: no threshold has that precision and a recall of at least LEAST_RECALL
 */
export function calibrateAbsence(samples: readonly AbsenceSample[], precision: number): AbsenceModel {
  const photos = [...new Set(samples.map(({ photo }) => photo))];
  const even = new Set(photos.filter((_, i) => i % 2 === 0));
  const fit = samples.filter(({ photo }) => even.has(photo));
  const heldOut = samples.filter(({ photo }) => !even.has(photo));
  for (const half of [fit, heldOut])
    for (const absent of [false, true]) {
      const count = half.filter((sample) => sample.absent === absent).length;
      const phrases = count === 1 ? '1 phrase that fits' : `${count} phrases that fit`;
      if (count < FEWEST)
        throw new VpdError(
          'bad-request',
          `Half of the photos have only ${phrases} ${absent ? 'nothing' : 'something'}; ${FEWEST} are needed. Give more photos, or a higher --limit.`,
        );
    }
  const fitted = fitLogistic(fit);
  const chance = ({ absent, cues }: AbsenceSample): Scored => ({ absent, chance: absenceChance(fitted, cues) });
  const threshold = thresholdFor(fit.map(chance), precision);
  if (threshold === undefined)
    throw new VpdError(
      'unsupported',
      `No threshold makes ${Math.round(100 * precision)} % of the signals right: on these phrases the answers distinguish absent from present things with an AUC of ${auc(fit.map(chance)).toFixed(2)}. Give a lower --precision, or leave the pack without the signal.`,
    );
  const scores = heldOut.map(chance);
  const { precision: right, recall } = figuresAt(scores, threshold);
  return {
    ...fitted,
    threshold,
    heldOut: {
      present: heldOut.filter(({ absent }) => !absent).length,
      absent: heldOut.filter(({ absent }) => absent).length,
      precision: round(right),
      recall: round(recall),
      auc: round(auc(scores)),
    },
  };
}

/** Estimated P(absent) of a sample, and whether it is absent. */
export interface Scored {
  readonly absent: boolean;
  readonly chance: number;
}

/** Returns the probability that an absent sample scores above a present one, ties counting half; NaN if either kind is missing. */
export function auc(scores: readonly Scored[]): number {
  const sorted = [...scores].sort((a, b) => a.chance - b.chance);
  let rankSum = 0;
  for (let i = 0; i < sorted.length; ) {
    let end = i;
    while (end < sorted.length && sorted[end]?.chance === sorted[i]?.chance) end++;
    // Equal scores share the mean of their ranks i+1…end.
    for (let k = i; k < end; k++) if (sorted[k]?.absent) rankSum += (i + 1 + end) / 2;
    i = end;
  }
  const absent = scores.filter((score) => score.absent).length;
  return (rankSum - (absent * (absent + 1)) / 2) / (absent * (scores.length - absent));
}

/**
 * Returns the precision of a signal if half of all phrases fit nothing, from the share of absent phrases (`recall`) and of present ones
 * (`falseAlarms`) that get a signal. Without any signal it is 1, the end point of a precision–recall curve.
 */
export const balancedPrecision = (recall: number, falseAlarms: number): number =>
  recall + falseAlarms > 0 ? recall / (recall + falseAlarms) : 1;

/** Returns the precision (`balancedPrecision`) and recall of the signal at a threshold. */
export function figuresAt(
  scores: readonly Scored[],
  threshold: number,
): { readonly precision: number; readonly recall: number } {
  const share = (wanted: boolean): number => {
    const kind = scores.filter(({ absent }) => absent === wanted);
    return kind.filter(({ chance }) => chance > threshold).length / Math.max(1, kind.length);
  };
  const [recall, falseAlarms] = [share(true), share(false)];
  return { precision: balancedPrecision(recall, falseAlarms), recall };
}

/** Returns the lowest threshold ≥ 0.5, in steps of 0.01, with this precision and LEAST_RECALL. */
function thresholdFor(scores: readonly Scored[], precision: number): number | undefined {
  for (let percent = 50; percent < 100; percent++) {
    const found = figuresAt(scores, percent / 100);
    if (found.recall >= LEAST_RECALL && found.precision >= precision) return percent / 100;
  }
  return undefined;
}

/** Fits a logistic regression with an L2 penalty by gradient descent. The returned weights are for cues that are not standardised. */
function fitLogistic(samples: readonly AbsenceSample[]): { readonly weights: AbsenceCues; readonly bias: number } {
  const scales = ABSENCE_CUES.map((cue) => {
    const values = samples.map(({ cues }) => cues[cue]);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    // A cue that hardly varies gets the weight 0.
    return { cue, mean, deviation: deviation > LEAST_DEVIATION ? deviation : Number.POSITIVE_INFINITY };
  });
  const absent = samples.filter((sample) => sample.absent).length;
  const rows = samples.map((sample) => ({
    inputs: [1, ...scales.map(({ cue, mean, deviation }) => (sample.cues[cue] - mean) / deviation)],
    target: sample.absent ? 1 : 0,
    // The samples of each kind weigh one half in total.
    weight: 0.5 / (sample.absent ? absent : samples.length - absent),
  }));
  const beta = new Float64Array(1 + scales.length);
  for (let step = 0; step < STEPS; step++) {
    const gradient = beta.map((value, k) => (k === 0 ? 0 : -RIDGE * value));
    for (const { inputs, target, weight } of rows) {
      const error = weight * (target - sigmoid(inputs.reduce((sum, value, k) => sum + value * (beta[k] ?? 0), 0)));
      inputs.forEach((value, k) => {
        gradient[k] = (gradient[k] ?? 0) + error * value;
      });
    }
    beta.forEach((value, k) => {
      beta[k] = value + RATE * (gradient[k] ?? 0);
    });
  }
  const weightOf = (name: AbsenceCue): number => {
    const at = ABSENCE_CUES.indexOf(name);
    return round((beta[at + 1] ?? 0) / (scales[at]?.deviation ?? 1));
  };
  const weights = {
    peak: weightOf('peak'),
    area: weightOf('area'),
    words: weightOf('words'),
    contrast: weightOf('contrast'),
  };
  return { weights, bias: round(scales.reduce((sum, { cue, mean }) => sum - weights[cue] * mean, beta[0] ?? 0)) };
}
