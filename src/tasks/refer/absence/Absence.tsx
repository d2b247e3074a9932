import type { AbsenceModel } from '../../../vpd/absence.ts';
import { QuotedPrompt } from '../QuotedPrompt.tsx';
import { absenceNote } from './absence-note.ts';
import './absence.css';

interface Props {
  readonly prompt: string;
  /** Probability that nothing fits the words; undefined if the pack was not calibrated. */
  readonly absence: number | undefined;
  /** Calibration of the model that computed it, if known. */
  readonly model: AbsenceModel | undefined;
  /** Whether the photo has a shape on which that was not measured. */
  readonly unusual: boolean;
}

/** Note “may not be in this photo”, with how sure that is and how often such a note is right. */
export function Absence({ prompt, absence, model, unusual }: Props) {
  const note = absenceNote(absence, model);
  if (!note) return null;
  return (
    <div className="absence" data-testid="absence" data-absence={absence}>
      <p>
        <QuotedPrompt prompt={prompt} /> may not be in this photo <span className="quiet">({note.sure})</span>
      </p>
      {unusual && <p className="note">That is measured on photos of usual shapes; on this one it may be wrong.</p>}
      <details aria-live="off">
        <summary>How far to trust this</summary>
        <p className="note">{note.why}</p>
      </details>
    </div>
  );
}
