import { useRef } from 'react';
import { formatBytes } from '../../format-bytes.ts';
import { ProgressNote } from '../../ui/Progress.tsx';
import { canRun } from '../../weights/pack/pack-summary.ts';
import { useApp, useWorkbench } from '../context.ts';
import { Memory } from '../device/Memory.tsx';
import { otherOrigin } from '../results/selectors.ts';
import { packOf } from '../store.ts';
import { rowsOf } from './rows.ts';
import type { BesideState } from './state.ts';
import './beside.css';

const failureOf = ({ engine, run }: BesideState) =>
  [engine, run].flatMap((each) => (each?.phase === 'failed' ? [each.message] : []))[0];

/** Panel of a comparison: the two models, how far they differ, and the memory that they take. */
export function BesidePanel() {
  const { results, session } = useWorkbench();
  const state = useApp((whole) => whole);
  const stop = useRef<HTMLButtonElement>(null);
  const { beside } = state;
  if (!beside) return null;
  const left = packOf(beside);
  const right = packOf(state);
  const other = otherOrigin(state, results);
  const rows = rowsOf(state, results);
  const failure = failureOf(beside);

  function retry(): void {
    // The Retry button disappears with the failure, so the focus moves to another one.
    stop.current?.focus();
    session.beside((controller) => controller.retry());
  }

  return (
    <section className="beside" aria-label="Two models" data-testid="beside">
      <div className="beside-head">
        <h2>Two models</h2>
        <button
          ref={stop}
          type="button"
          className="button small"
          onClick={() => session.beside((controller) => controller.stop())}
        >
          Stop comparing
        </button>
      </div>
      {beside.engine.phase === 'starting' && <ProgressNote active progress={beside.engine.progress} />}
      {failure !== undefined && (
        <>
          <p className="field-error" role="alert">
            {failure}
          </p>
          <button type="button" className="button small" onClick={retry}>
            Retry
          </button>
        </>
      )}
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
            <dd>{other ? `${other.pack.name}, from ${other.from}` : `${right.name}, ${right.weights}`}</dd>
          </div>
          {rows.map(({ name, text }) => (
            <div key={name} data-testid="beside-figure">
              <dt>{name}</dt>
              <dd className="figure">{text}</dd>
            </div>
          ))}
          <div>
            <dt>{other ? 'Weights of both open models' : 'Weights of both'}</dt>
            <dd>
              {formatBytes(left.bytes)} + {formatBytes(right.bytes)}
            </dd>
          </div>
          <div>
            <dt>Memory, without the GPU’s</dt>
            <dd data-testid="beside-memory">
              <Memory request={rows.length + 1} />
            </dd>
          </div>
        </dl>
      )}
      {left && !canRun(left, state.task) && <p className="note">{left.name} does not do this task.</p>}
      {beside.run?.phase === 'running' && <ProgressNote key={beside.run.key} active progress={beside.run.progress} />}
    </section>
  );
}
