import { formatBytes } from '../format-bytes.ts';
import { ProgressNote } from '../ui/Progress.tsx';
import { useApp, useWorkbench } from './context.ts';
import { ConversionChip } from './convert/ConversionChip.tsx';
import { failedLabel, isRunFailed, stoppedText } from './panel/run-note.ts';
import { ClearSession } from './persistence/ClearSession.tsx';
import type { Results } from './results/results.ts';
import { StopButton } from './stage/StopButton.tsx';
import { type AppState, selectedPhoto } from './store.ts';
import './status-line.css';

/** The state of the current work in words; tests and scripts wait for its key. */
const WORK = {
  starting: 'Starting',
  failed: 'Failed',
  stopped: 'Stopped',
  working: 'Working',
  ready: 'Ready',
} as const;

function workState(state: AppState, results: Results): keyof typeof WORK {
  if (state.engine.phase === 'idle' || state.engine.phase === 'starting') return 'starting';
  if (state.engine.phase === 'failed') return state.engine.stopped ? 'stopped' : 'failed';
  if (isRunFailed(state, results)) return 'failed';
  if (stoppedText(state, results) !== undefined) return 'stopped';
  return state.run?.phase === 'running' || selectedPhoto(state)?.state === 'waiting' ? 'working' : 'ready';
}

function statusText(state: AppState, results: Results): string {
  const { engine } = state;
  // The whole message of a failure is in its notice, or in the panel.
  const failed = failedLabel(state, results);
  if (failed !== undefined) return failed;
  if (engine.phase === 'failed') return engine.stopped ? engine.message : 'The model is not running';
  if (engine.phase !== 'ready') return 'Loading the model…';
  const photo = selectedPhoto(state);
  const model = `${engine.pack.name}, ${formatBytes(engine.pack.bytes)}`;
  return photo?.state === 'ready' ? `${photo.name}, ${photo.width} × ${photo.height} · ${model}` : model;
}

export function StatusLine() {
  const { results } = useWorkbench();
  const work = useApp((state) => workState(state, results));
  const text = useApp((state) => statusText(state, results));
  const photo = useApp(selectedPhoto);
  const engine = useApp((state) => state.engine);
  const kept = useApp((state) => state.offline.kept);
  const busy = useApp((state) => state.busy);
  const saved = useApp((state) => state.saved);
  return (
    <footer className="status" data-testid="status" data-state={work} data-saved={saved}>
      <span className="status-dot" aria-hidden="true" />
      <span>{WORK[work]}</span>
      <span className="status-text">{text}</span>
      {busy !== undefined && (
        <ProgressNote key={busy} active progress={{ label: busy, done: 0, total: 0, unit: 'steps' }} />
      )}
      {/* With a photo, it is on the stage. */}
      {engine.phase === 'starting' && !photo && (
        <ProgressNote active progress={engine.progress}>
          <StopButton />
        </ProgressNote>
      )}
      <ClearSession />
      <ConversionChip />
      <span className="quiet" data-testid="promise" data-kept={kept}>
        nothing leaves this machine{kept === 'kept' && ' · works offline'}
      </span>
    </footer>
  );
}
