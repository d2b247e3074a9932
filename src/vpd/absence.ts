/**
 * How a pack tells that nothing fits the words: a logistic regression on what the answer shows. `eval/absence.ts` fits it,
 * `tasks/refer/absence.ts` takes the cues and applies it.
 */

/** What an answer shows of whether anything fits the words; `tasks/refer/absence.ts` says what each one is. */
export const ABSENCE_CUES = ['peak', 'area', 'words', 'contrast'] as const;
export type AbsenceCue = (typeof ABSENCE_CUES)[number];
export type AbsenceCues = Readonly<Record<AbsenceCue, number>>;

/** P(nothing fits) = sigmoid(bias + Σ weight · cue), where half of all phrases fit nothing; and how well that does. */
export interface AbsenceModel {
  readonly weights: AbsenceCues;
  readonly bias: number;
  /** The signal is given above this probability. */
  readonly threshold: number;
  /** Measured on photos that the fit has not seen. */
  readonly heldOut: {
    /** Phrases that fit something, and that fit nothing. */
    readonly present: number;
    readonly absent: number;
    /** Of the signals, how many were right; of the phrases that fit nothing, how many got the signal. */
    readonly precision: number;
    readonly recall: number;
    /** Chance that a phrase that fits nothing scores above one that fits something. */
    readonly auc: number;
  };
}

export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** P(nothing fits the words), where half of all phrases fit nothing. */
export function absenceChance({ weights, bias }: Pick<AbsenceModel, 'weights' | 'bias'>, cues: AbsenceCues): number {
  return sigmoid(ABSENCE_CUES.reduce((sum, cue) => sum + weights[cue] * cues[cue], bias));
}
