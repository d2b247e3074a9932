import type { Progress } from '../engine/protocol.ts';
import { formatBytes } from '../format-bytes.ts';
import { useDelayed } from './useDelayed.ts';

function amount({ done, total, unit }: Progress): string {
  if (unit === 'bytes') return total > 0 ? `${formatBytes(done)} of ${formatBytes(total)}` : formatBytes(done);
  return total > 0 ? `${done} of ${total}` : '';
}

/** The running work with its progress; renders nothing for work shorter than half a second. */
export function ProgressNote({ active, progress }: { readonly active: boolean; readonly progress: Progress }) {
  const visible = useDelayed(active);
  if (!visible) return null;
  const known = progress.total > 0;
  return (
    <div className="progress" data-testid="progress">
      <span className="spinner" aria-hidden="true" />
      <span>{progress.label}</span>
      {/* In a live region the label is announced, but not every figure. */}
      <span className="figure quiet" aria-live="off">
        {amount(progress)}
      </span>
      {known && <progress aria-label={progress.label} value={progress.done} max={progress.total} />}
    </div>
  );
}
