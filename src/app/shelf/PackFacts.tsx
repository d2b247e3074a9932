import { formatBytes } from '../../format-bytes.ts';
import type { TaskId } from '../../vpd/config.ts';
import type { PackSummary } from '../../weights/pack-summary.ts';

const TASK_NAMES = { depth: 'Depth', refer: 'Find', segment: 'Classes' } satisfies Record<TaskId, string>;

/** Hexadecimal digits that tell two packs apart by eye. */
const HASH_PREFIX = 12;

/** The beginning of the hash of a pack's weights, which results and reports name too; the whole of it on a pause of the pointer. */
export const PackHash = ({ summary: { hash } }: { readonly summary: PackSummary }) => (
  <>
    sha256 <code title={hash}>{hash.slice(0, HASH_PREFIX)}</code>
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
