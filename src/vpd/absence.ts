/**
 * The model by which a calibrated pack estimates that nothing in a photo fits the words: a logistic regression on cues of the result.
 * `eval/absence.ts` fits it; `tasks/refer/absence/absence.ts` computes the cues and applies it.
 */

/** Names of the cues, which `tasks/refer/absence/absence.ts` defines. */
export const ABSENCE_CUES = ['peak', 'area', 'words', 'contrast'] as const;
export type AbsenceCue = (typeof ABSENCE_CUES)[number];
export type AbsenceCues = Readonly<Record<AbsenceCue, number>>;

/** P(nothing fits) = sigmoid(bias + Σ weight · cue), if half of all phrases fit nothing; and its measured quality. */
export interface AbsenceModel {
  readonly weights: AbsenceCues;
  readonly bias: number;
  /** The signal is given above this probability. */
  readonly threshold: number;
  /** Measured on photos that were not used for the fit. */
  readonly heldOut: {
    /** Number of phrases that fit something, and that fit nothing. */
    readonly present: number;
    readonly absent: number;
    /** Share of the signals that are right; share of the phrases that fit nothing that get a signal. */
    readonly precision: number;
    readonly recall: number;
    /** Probability that a phrase that fits nothing scores above one that fits something. */
    readonly auc: number;
  };
}

export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** Returns P(nothing fits the words), if half of all phrases fit nothing. */
export function absenceChance({ weights, bias }: Pick<AbsenceModel, 'weights' | 'bias'>, cues: AbsenceCues): number {
  return sigmoid(ABSENCE_CUES.reduce((sum, cue) => sum + weights[cue] * cues[cue], bias));
}
