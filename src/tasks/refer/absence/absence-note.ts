import { formatChance, formatPercent } from '../../../format.ts';
import type { AbsenceModel } from '../../../vpd/absence.ts';

export interface AbsenceNote {
  /** Follows “may not be in this photo”. */
  readonly sure: string;
  /** How often such a note is right. */
  readonly why: string;
}

/** Words the probability that nothing fits; undefined up to the pack's threshold, and if the pack was not calibrated. */
export function absenceNote(absence: number | undefined, model: AbsenceModel | undefined): AbsenceNote | undefined {
  if (absence === undefined || !model || absence <= model.threshold) return undefined;
  const { present, absent, precision, recall } = model.heldOut;
  return {
    // No-break spaces: a figure without its unit at the end of a line is hard to read.
    sure: `${formatChance(absence)} sure`.replaceAll(' ', '\u00a0'),
    why: `Such a note is right ${formatPercent(precision)} of the time and is shown for ${formatPercent(recall)} of the things that are absent: measured on ${present + absent} phrases about scenes that the model was not trained on, as if half of them fitted nothing.`,
  };
}
