import type { ReactNode } from 'react';
import type { Progress } from '../engine/protocol.ts';
import { formatBytes } from '../format-bytes.ts';
import { useDelayed } from './useDelayed.ts';
import { useElapsed } from './useElapsed.ts';

function amount({ done, total, unit }: Progress): string {
  if (unit === 'bytes') return total > 0 ? `${formatBytes(done)} of ${formatBytes(total)}` : formatBytes(done);
  return total > 0 ? `${done} of ${total}` : '';
}

interface Props {
  readonly active: boolean;
  readonly progress: Progress;
  /** A button to stop the work. */
  readonly children?: ReactNode;
}

/** The running work with its progress and, after some seconds, its time; renders nothing for work shorter than half a second. */
export function ProgressNote({ active, progress, children }: Props) {
  const visible = useDelayed(active);
  const elapsed = useElapsed();
  if (!visible) return null;
  const known = progress.total > 0;
  return (
    <div className="progress" data-testid="progress">
      <span className="spinner" aria-hidden="true" />
      <span>{progress.label}</span>
      {/* In a live region the label is announced, but not every figure. */}
      <span className="figure quiet" aria-live="off">
        {amount(progress)}
        {elapsed !== undefined && <span className="progress-time">{elapsed}</span>}
      </span>
      {known && <progress aria-label={progress.label} value={progress.done} max={progress.total} />}
      {children && <span aria-live="off">{children}</span>}
    </div>
  );
}
