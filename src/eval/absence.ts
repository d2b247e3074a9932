import { VpdError } from '../errors.ts';
import {
  ABSENCE_CUES,
  type AbsenceCue,
  type AbsenceCues,
  type AbsenceModel,
  absenceChance,
  sigmoid,
} from '../vpd/absence.ts';

/** One phrase about one photo: what the answer showed, and whether the phrase fits nothing there. */
export interface AbsenceSample {
  readonly photo: string;
  readonly absent: boolean;
  readonly cues: AbsenceCues;
}

/** Samples of a kind below which figures would be luck, in either half. */
const FEWEST = 20;
/** Pull of the weights of standardised cues towards 0: keeps them finite where the two kinds can be told apart without error. */
const RIDGE = 1e-3;
/** The loss curves at most by (1 + cues) / 4, so that this rate never overshoots; after so many steps nothing moves by a stored digit. */
const RATE = 0.8;
const STEPS = 4000;
/** Cues vary by tenths at least; less is rounding. */
const LEAST_DEVIATION = 1e-6;
/** Shares of a signal's own figures that are too few to be worth a signal. */
const LEAST_RECALL = 0.05;
/** Digits of stored numbers: enough for every decision, and the same on machines whose last bits differ. */
const DIGITS = 4;

const round = (value: number): number => Number(value.toFixed(DIGITS));

/**
 * Fits the signal "nothing fits these words" on every second photo and measures it on the others. The weights are a logistic
 * regression on standardised cues, both kinds of phrases weighing the same; the threshold is the lowest of at least one half at
 * which a share `precision` of the signals is right, on the photos of the fit.
 * @throws VpdError bad-request: too few phrases; unsupported: no threshold reaches that precision with a recall worth having
 */
export function calibrateAbsence(samples: readonly AbsenceSample[], precision: number): AbsenceModel {
  const photos = [...new Set(samples.map(({ photo }) => photo))];
  const even = new Set(photos.filter((_, i) => i % 2 === 0));
  const fit = samples.filter(({ photo }) => even.has(photo));
  const held = samples.filter(({ photo }) => !even.has(photo));
  for (const half of [fit, held])
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
      `No threshold makes ${Math.round(100 * precision)} % of the signals right: on these phrases the answers tell absent from present things with an AUC of ${auc(fit.map(chance)).toFixed(2)}. Give a lower --precision, or leave the pack without the signal.`,
    );
  const scores = held.map(chance);
  const { precision: right, recall } = signalFigures(scores, threshold);
  return {
    ...fitted,
    threshold,
    heldOut: {
      present: held.filter(({ absent }) => !absent).length,
      absent: held.filter(({ absent }) => absent).length,
      precision: round(right),
      recall: round(recall),
      auc: round(auc(scores)),
    },
  };
}

/** P(absent) of a sample, and whether it is. */
export interface Scored {
  readonly absent: boolean;
  readonly chance: number;
}

/** Chance that an absent sample scores above a present one, ties counting half; NaN without either. */
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

/** Of the signals above the threshold, how many are right (both kinds weighing the same); of the absent, how many get one. */
export function signalFigures(
  scores: readonly Scored[],
  threshold: number,
): { readonly precision: number; readonly recall: number } {
  const share = (wanted: boolean): number => {
    const kind = scores.filter(({ absent }) => absent === wanted);
    return kind.filter(({ chance }) => chance > threshold).length / Math.max(1, kind.length);
  };
  const [recall, falseAlarms] = [share(true), share(false)];
  return { precision: recall + falseAlarms > 0 ? recall / (recall + falseAlarms) : 1, recall };
}

function thresholdFor(scores: readonly Scored[], precision: number): number | undefined {
  for (let percent = 50; percent < 100; percent++) {
    const found = signalFigures(scores, percent / 100);
    if (found.recall >= LEAST_RECALL && found.precision >= precision) return percent / 100;
  }
  return undefined;
}

/** Logistic regression with a ridge, by gradient descent; the weights given back are for the cues as they are. */
function fitLogistic(samples: readonly AbsenceSample[]): { readonly weights: AbsenceCues; readonly bias: number } {
  const scales = ABSENCE_CUES.map((cue) => {
    const values = samples.map(({ cues }) => cues[cue]);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    // What hardly varies is left out: a weight of 0.
    return { cue, mean, deviation: deviation > LEAST_DEVIATION ? deviation : Number.POSITIVE_INFINITY };
  });
  const absent = samples.filter((sample) => sample.absent).length;
  const rows = samples.map((sample) => ({
    inputs: [1, ...scales.map(({ cue, mean, deviation }) => (sample.cues[cue] - mean) / deviation)],
    target: sample.absent ? 1 : 0,
    // Both kinds weigh one half in all.
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
