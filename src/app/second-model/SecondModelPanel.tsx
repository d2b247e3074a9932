import { useCallback, useRef } from 'react';
import { formatBytes } from '../../format-bytes.ts';
import type { TaskViews } from '../../tasks/views.ts';
import { ProgressNote } from '../../ui/Progress.tsx';
import type { TaskId } from '../../vpd/config.ts';
import { canRun, findsWords } from '../../weights/pack/pack-summary.ts';
import { useApp, useWorkbench } from '../context.ts';
import { Memory } from '../device/Memory.tsx';
import { otherOrigin } from '../results/selectors.ts';
import { StopButton } from '../stage/StopButton.tsx';
import { packOf, selectedPhoto } from '../store.ts';
import { rowsOf } from './rows.ts';
import { isComparing, type SecondModelState } from './state.ts';
import './second-model.css';

const failureOf = ({ engine, run }: SecondModelState) =>
  [engine, run].flatMap((each) => (each?.phase === 'failed' ? [each.message] : []))[0];

/** True if the stage shows what leaving out a word or a class changes, which only the open model computes. */
const LEAVES_OUT = {
  depth: () => false,
  refer: ({ refer }) => refer.without.length > 0,
  segment: ({ segment }) => segment.without !== undefined,
} satisfies Record<TaskId, (views: TaskViews) => boolean>;

/** Panel of a comparison: the two models, how far they differ, and the memory that they take. */
export function SecondModelPanel() {
  const { results, session } = useWorkbench();
  const state = useApp((whole) => whole);
  const stop = useRef<HTMLButtonElement>(null);
  const stopWork = useCallback(() => session.secondModel((controller) => controller.stopWork()), [session]);
  const { secondModel } = state;
  if (!secondModel) return null;
  const left = packOf(secondModel);
  const right = packOf(state);
  const other = otherOrigin(state, results);
  const rows = rowsOf(state, results);
  const failure = failureOf(secondModel);

  function retry(): void {
    // The button disappears with what it repeats, so the focus moves to another one.
    stop.current?.focus();
    session.secondModel((controller) => controller.retry());
  }

  return (
    <section className="second-model" aria-label="Two models" data-testid="second-model">
      <div className="second-model-head">
        <h2>Two models</h2>
        <button
          ref={stop}
          type="button"
          className="button small"
          onClick={() => session.secondModel((controller) => controller.stop())}
        >
          Stop comparing
        </button>
      </div>
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
      {secondModel.run?.phase === 'stopped' && (
        <>
          <p className="note">Stopped.</p>
          <button type="button" className="button small" onClick={retry}>
            Run
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
            <div key={name} data-testid="second-model-figure">
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
            <dd data-testid="second-model-memory">
              <Memory request={rows.length + 1} />
            </dd>
          </div>
        </dl>
      )}
      {left && state.task === 'refer' && findsWords(left) && !left.tasks.includes('refer') && (
        <p className="note">
          {left.name} has no head for words: its masks are zero-shot, from attention alone, and rough.
        </p>
      )}
      {isComparing(state) && state.truth && selectedPhoto(state)?.truth !== undefined && (
        <p className="note">The truth is not drawn while two models are compared.</p>
      )}
      {LEAVES_OUT[state.task](state) && (
        <p className="note">Words and classes are left out right of the handle only.</p>
      )}
      {left && !canRun(left, state.task) && <p className="note">{left.name} cannot do this task.</p>}
      <div className="said" role="status">
        {secondModel.engine.phase === 'starting' && (
          <ProgressNote active progress={secondModel.engine.progress}>
            <StopButton onStop={stopWork} />
          </ProgressNote>
        )}
        {secondModel.run?.phase === 'running' && (
          <ProgressNote key={secondModel.run.key} active progress={secondModel.run.progress}>
            <StopButton onStop={stopWork} />
          </ProgressNote>
        )}
      </div>
    </section>
  );
}
