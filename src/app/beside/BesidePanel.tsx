import { formatBytes } from '../../format-bytes.ts';
import { ProgressNote } from '../../ui/Progress.tsx';
import { canRun } from '../../weights/pack-summary.ts';
import { useApp, useWorkbench } from '../context.ts';
import { Memory } from '../Memory.tsx';
import type { EngineState } from '../store.ts';
import { differences } from './difference.ts';
import './beside.css';

const packOf = (engine: EngineState) => (engine.phase === 'ready' ? engine.pack : undefined);

/** Which two models are on show, how far they differ, and what it costs. */
export function BesidePanel() {
  const { results, session } = useWorkbench();
  const state = useApp((whole) => whole);
  const { beside } = state;
  if (!beside) return null;
  const left = packOf(beside.engine);
  const right = packOf(state.engine);
  const figures = differences(state, results);
  return (
    <section className="beside" aria-label="Two models" data-testid="beside">
      <div className="beside-head">
        <h2>Two models</h2>
        <button
          type="button"
          className="button small"
          onClick={() => session.beside((controller) => controller.stop())}
        >
          Stop comparing
        </button>
      </div>
      {beside.engine.phase === 'starting' && <ProgressNote active progress={beside.engine.progress} />}
      {beside.engine.phase === 'failed' && <p className="field-error">{beside.engine.message}</p>}
      {left && right && (
        <dl className="facts">
          <div>
            <dt>Left</dt>
            <dd>
              {left.name}, {left.weights}
            </dd>
          </div>
          <div>
            <dt>Right</dt>
            <dd>
              {right.name}, {right.weights}
            </dd>
          </div>
          {figures.map(({ name, text }) => (
            <div key={name} data-testid="beside-figure">
              <dt>{name}</dt>
              <dd className="figure">{text}</dd>
            </div>
          ))}
          <div>
            <dt>Weights of both</dt>
            <dd>
              {formatBytes(left.bytes)} + {formatBytes(right.bytes)}
            </dd>
          </div>
          <div>
            <dt>Memory, without the GPU’s</dt>
            <dd data-testid="beside-memory">
              <Memory asked={figures.length + 1} />
            </dd>
          </div>
        </dl>
      )}
      {left && !canRun(left, state.task) && <p className="note">{left.name} does not do this task.</p>}
      {beside.run?.phase === 'running' && <ProgressNote key={beside.run.key} active progress={beside.run.progress} />}
      {beside.run?.phase === 'failed' && <p className="field-error">{beside.run.message}</p>}
    </section>
  );
}
