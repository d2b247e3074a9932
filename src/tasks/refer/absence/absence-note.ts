import { formatPercent } from '../../../format.ts';
import type { AbsenceModel } from '../../../vpd/absence.ts';

export interface AbsenceNote {
  /** In words, after “may not be in this photo”. */
  readonly sure: string;
  /** How far to trust it. */
  readonly why: string;
}

/** What to say of a chance that nothing fits the words; undefined below the pack's threshold, and of a pack that was not calibrated. */
export function absenceNote(absence: number | undefined, model: AbsenceModel | undefined): AbsenceNote | undefined {
  if (absence === undefined || !model || absence <= model.threshold) return undefined;
  const { present, absent, precision, recall } = model.heldOut;
  return {
    sure: `${formatPercent(absence)} sure`,
    why: `Such a note is right ${formatPercent(precision)} of the time and comes for ${formatPercent(recall)} of what is absent: measured on ${present + absent} phrases about scenes that the model was not trained on, as if half of them fitted nothing.`,
  };
}
