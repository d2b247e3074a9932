import { formatDuration } from '../../format.ts';
import { formatBytes } from '../../format-bytes.ts';
import { useApp } from '../context.ts';
import { useShelf } from './useShelf.ts';

/** The running job: progress, rate, time left, and a button to cancel it. */
export function JobNote() {
  const shelf = useShelf();
  const job = useApp((state) => state.shelf?.job);
  if (!job) return null;
  const { progress, pace, title } = job;
  const known = progress.total > 0;
  return (
    <div className="shelf-job" data-testid="shelf-job">
      <div className="shelf-job-head">
        <strong>{title}</strong>
        <button type="button" className="button small" onClick={() => shelf((controller) => controller.cancel())}>
          Cancel
        </button>
      </div>
      <progress
        aria-label={title}
        {...(known ? { value: progress.done, max: progress.total } : {})}
        data-testid="shelf-progress"
      />
      <p className="quiet">
        {progress.label}
        {/* Screen readers announce the label, but not every change of the figures. */}
        <span aria-live="off">
          {known && `, ${formatBytes(progress.done)} of ${formatBytes(progress.total)}`}
          {pace &&
            `, ${formatBytes(pace.bytesPerSecond)}/s, ${formatDuration(1000 * Math.ceil(pace.secondsLeft))} left`}
        </span>
      </p>
    </div>
  );
}
