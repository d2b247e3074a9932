import { formatBytes } from '../../format-bytes.ts';
import { TASK_NAMES } from '../../tasks/names.ts';
import { type PackSummary, shortHash } from '../../weights/pack-summary.ts';

/** The short hash of a pack, which results and reports name too; the whole of it on a pause of the pointer. */
export const PackHash = ({ summary: { hash } }: { readonly summary: PackSummary }) => (
  <>
    hash <code title={hash}>{shortHash(hash)}</code>
  </>
);

/** What a model can do, in which precision, and how large it is. */
export function PackFacts({ summary }: { readonly summary: PackSummary }) {
  return (
    <ul className="shelf-badges" aria-label="Tasks, precision and size">
      {summary.tasks.map((task) => (
        <li key={task} className="shelf-badge" data-task={task}>
          {TASK_NAMES[task]}
        </li>
      ))}
      {summary.tasks.length === 0 && <li className="shelf-badge">Backbone</li>}
      <li className="shelf-badge plain">{summary.weights}</li>
      <li className="shelf-badge plain">{formatBytes(summary.bytes)}</li>
    </ul>
  );
}
