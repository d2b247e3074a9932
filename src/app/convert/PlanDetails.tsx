import type { PlanReport } from '../../storage/conversion/protocol.ts';

/** Largest number of listed names; the others are only counted. */
const MAX_NAMES = 200;

function Names({ title, names }: { readonly title: string; readonly names: readonly string[] }) {
  if (names.length === 0) return null;
  return (
    <details className="convert-names">
      <summary>
        {names.length} {title}
      </summary>
      <ul>
        {names.slice(0, MAX_NAMES).map((name) => (
          <li key={name}>{name}</li>
        ))}
        {names.length > MAX_NAMES && <li>… and {names.length - MAX_NAMES} more</li>}
      </ul>
    </details>
  );
}

/** Lists every tensor that does not become part of the model, with the reason. */
export function PlanDetails({ report }: { readonly report: PlanReport }) {
  const leftOut = report.dropped.reduce((sum, { names }) => sum + names.length, 0);
  return (
    <>
      {report.notes
        .filter((note) => !report.needsText || !note.startsWith('No text encoder'))
        .map((note) => (
          <p key={note} className="note">
            {note}
          </p>
        ))}
      <Names title="missing" names={report.missing} />
      <Names title="unknown" names={report.unknown} />
      <Names title="of the wrong shape" names={report.wrong} />
      {leftOut > 0 && (
        <details className="convert-names">
          <summary>{leftOut === 1 ? '1 tensor is' : `${leftOut} tensors are`} left out</summary>
          {report.dropped.map(({ reason, names }) => (
            <Names key={reason} title={`tensor${names.length === 1 ? '' : 's'}: ${reason}`} names={names} />
          ))}
        </details>
      )}
    </>
  );
}
