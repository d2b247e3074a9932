import type { AbsenceModel } from '../../../vpd/absence.ts';
import { absenceNote } from './absence-note.ts';
import './absence.css';

interface Props {
  readonly prompt: string;
  /** Chance that nothing fits; undefined where the pack was not calibrated. */
  readonly absence: number | undefined;
  /** How the open pack tells. */
  readonly model: AbsenceModel | undefined;
}

/** “may not be in this photo”, how sure that is, and how often such a note is right. */
export function Absence({ prompt, absence, model }: Props) {
  const note = absenceNote(absence, model);
  if (!note) return null;
  return (
    <div className="absence" data-testid="absence" data-absence={absence} title={note.why}>
      <p>
        “{prompt}” may not be in this photo <span className="quiet">({note.sure})</span>
      </p>
      <details aria-live="off">
        <summary>How far to trust this</summary>
        <p className="note">{note.why}</p>
      </details>
    </div>
  );
}
