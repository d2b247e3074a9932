import { formatPercent } from '../../ui/format.ts';
import type { AbsenceModel } from '../../vpd/config.ts';
import './absence.css';

interface Props {
  readonly prompt: string;
  /** Chance that nothing fits; undefined where the pack was not calibrated. */
  readonly absence: number | undefined;
  /** How the open pack tells. */
  readonly model: AbsenceModel | undefined;
}

/** “may not be in this photo”, how sure that is, and how often such a signal is right; nothing below the pack's threshold. */
export function Absence({ prompt, absence, model }: Props) {
  if (absence === undefined || !model || absence <= model.threshold) return null;
  const { present, absent, precision, recall } = model.heldOut;
  const why = `Such a note is right ${formatPercent(precision)} of the time and comes for ${formatPercent(recall)} of what is absent: measured on ${present + absent} phrases about scenes that the model was not trained on, half of them counted as absent.`;
  return (
    <div className="absence" data-testid="absence" data-absence={absence} title={why}>
      <p role="status">
        “{prompt}” may not be in this photo <span className="quiet">({formatPercent(absence)} sure)</span>
      </p>
      <details>
        <summary>How far to trust this</summary>
        <p className="note">{why}</p>
      </details>
    </div>
  );
}
