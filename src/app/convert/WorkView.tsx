import { formatDuration, formatPercent } from '../../format.ts';
import { formatBytes } from '../../format-bytes.ts';
import { ConfirmButton } from '../../ui/ConfirmButton.tsx';
import { useWorkbench } from '../context.ts';
import { NextModels } from './NextModels.tsx';
import { type ConversionStep, writtenBytes } from './state.ts';

type Work = Extract<ConversionStep, { kind: 'work' }>;

export const offlineWords = (seconds: number): string => `Connection lost, trying again in ${seconds} s`;

function label({ progress, paused, offline }: Work): string {
  if (paused) return 'Paused';
  if (offline !== undefined) return offlineWords(offline);
  switch (progress.phase) {
    case 'waiting':
      return 'Waiting: another tab of this page is converting. This conversion starts by itself when the other one has ended.';
    case 'checking':
      return 'Checking what was written before';
    case 'converting':
      return 'Converting';
    case 'publishing':
      return 'Adding it to Models';
  }
}

/** A running conversion: progress, rate and time left, with buttons to pause and to cancel it. */
export function WorkView({ step }: { readonly step: Work }) {
  const { session } = useWorkbench();
  const { progress, pace, paused, report, weights, note } = step;
  const { phase, done, total, kept, name } = progress;
  const share = total > 0 ? done / total : 0;
  return (
    <>
      <section
        className="convert-work"
        aria-label="Progress"
        data-testid="conversion"
        data-phase={phase}
        data-kept={kept}
      >
        <h3>
          {report.config.name} as {weights}
        </h3>
        <p role="status">{label(step)}</p>
        {phase !== 'waiting' && (
          <progress className="convert-bar" aria-label={label(step)} value={done} max={total} data-testid="bytes" />
        )}
        <dl className="facts">
          <div>
            <dt>Done</dt>
            <dd className="figure">
              {formatPercent(share)}, {formatBytes(done)} of {formatBytes(total)}
            </dd>
          </div>
          <div>
            <dt>Rate</dt>
            <dd className="figure">{pace && !paused ? `${formatBytes(pace.bytesPerSecond)}/s` : '–'}</dd>
          </div>
          <div>
            <dt>Time left</dt>
            <dd className="figure">{pace && !paused ? formatDuration(1000 * pace.secondsLeft) : '–'}</dd>
          </div>
          <div>
            <dt>Tensor</dt>
            <dd className="convert-file">{name || '–'}</dd>
          </div>
          {kept > 0 && phase === 'converting' && (
            <div>
              <dt>Written before</dt>
              <dd className="figure">{formatBytes(kept)}</dd>
            </div>
          )}
        </dl>
      </section>
      <div className="row">
        {paused ? (
          <button
            type="button"
            className="button primary"
            onClick={() => session.convert((controller) => controller.unpause())}
          >
            Continue
          </button>
        ) : (
          <button
            type="button"
            className="button"
            disabled={phase === 'publishing'}
            onClick={() => session.convert((controller) => controller.pause())}
          >
            Pause
          </button>
        )}
        <ConfirmButton
          label="Cancel"
          question={`Delete ${formatBytes(writtenBytes(step))}?`}
          confirmLabel="Delete"
          className="button"
          onConfirm={() => session.convert((controller) => controller.cancel())}
        />
      </div>
      {note !== undefined && (
        <p className="convert-message" role="alert">
          {note}
        </p>
      )}
      <NextModels report={report} />
      <p className="quiet">
        You can close this window and use the page meanwhile. After a reload or a crash, the conversion can be
        continued.
      </p>
    </>
  );
}
