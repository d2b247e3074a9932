import { formatBytes } from '../../format-bytes.ts';
import { TASK_NAMES } from '../../tasks/names.ts';
import { type PackSummary, shortHash } from '../../weights/pack/pack-summary.ts';

/** Short hash of a pack, as results and reports show it; the tooltip has the whole hash. */
export const PackHash = ({ summary: { hash } }: { readonly summary: PackSummary }) => (
  <>
    hash <code title={hash}>{shortHash(hash)}</code>
  </>
);

/** Tasks, precision and size of a model. */
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
