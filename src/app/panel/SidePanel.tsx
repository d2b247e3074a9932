import { type KeyboardEvent, useRef } from 'react';
import { TASK_NAMES } from '../../tasks/names.ts';
import { Lazy } from '../../ui/Lazy.tsx';
import { TASK_IDS, type TaskId } from '../../vpd/config.ts';
import { canRun } from '../../weights/pack/pack-summary.ts';
import { useApp, useWorkbench } from '../context.ts';
import { LayerList } from '../layers/LayerList.tsx';
import { PhotoNotes } from '../photos/PhotoNotes.tsx';
import { shownKey } from '../results/selectors.ts';
import { type Handlers, runShortcut } from '../shortcuts/shortcuts.ts';
import { packOf } from '../store.ts';
import { TruthNote } from '../truth/TruthNote.tsx';
import { NoHead } from './NoHead.tsx';
import { OriginNote } from './OriginNote.tsx';
import { RunNote } from './RunNote.tsx';
import { stoppedText } from './run-note.ts';
import { resultSaid } from './said.ts';
import { Timings } from './Timings.tsx';
import { AtCrosshair, TASK_PANELS } from './task-panels.tsx';
import './panel.css';

/** One tab per task (arrow keys, Home and End move between them) and the panel of the selected task. */
export function SidePanel() {
  const { session, results } = useWorkbench();
  const task = useApp((state) => state.task);
  const secondModel = useApp((state) => state.secondModel !== undefined);
  const tabs = useRef(new Map<TaskId, HTMLButtonElement>());
  const Panel = TASK_PANELS[task];
  const pack = useApp(packOf);
  const unable = pack && !canRun(pack, task) ? pack : undefined;
  // Renders again when results arrive, also with a sample or a report.
  useApp((state) => state.revision);
  const said = useApp((state) => stoppedText(state, results) ?? resultSaid(state, results));
  const shown = results.get(useApp((state) => shownKey(state, results)) ?? '') !== undefined;

  function go(at: number): void {
    const next = TASK_IDS.at(at % TASK_IDS.length);
    if (!next) return;
    session.setTask(next);
    tabs.current.get(next)?.focus();
  }

  function key(event: KeyboardEvent): void {
    const handlers: Handlers<'tabs'> = {
      next: (name) => go(TASK_IDS.indexOf(task) + (name === 'ArrowLeft' ? -1 : 1)),
      ends: (name) => go(name === 'Home' ? 0 : -1),
    };
    if (runShortcut('tabs', event, handlers)) event.preventDefault();
  }

  return (
    <aside className="side" aria-label="Tasks">
      <div className="tabs" role="tablist" aria-label="Task" onKeyDown={key}>
        {TASK_IDS.map((id) => (
          <button
            key={id}
            ref={(element) => {
              if (element) tabs.current.set(id, element);
            }}
            type="button"
            className="tab"
            role="tab"
            id={`tab-${id}`}
            aria-selected={id === task}
            aria-controls="task-panel"
            tabIndex={id === task ? 0 : -1}
            onClick={() => session.setTask(id)}
          >
            {TASK_NAMES[id]}
          </button>
        ))}
      </div>
      <div className="panel" role="tabpanel" id="task-panel" aria-labelledby={`tab-${task}`}>
        <p className="visually-hidden" role="status" data-testid="said">
          {said}
        </p>
        <RunNote />
        <PhotoNotes />
        <OriginNote />
        <TruthNote />
        {secondModel && (
          <Lazy
            what="The panel of two models"
            load={() => import('../second-model/SecondModelPanel.tsx')}
            onFail={(error) => {
              session.secondModel((controller) => controller.stop());
              session.showError(error);
            }}
          >
            {({ SecondModelPanel }) => <SecondModelPanel />}
          </Lazy>
        )}
        {unable && <NoHead pack={unable} task={task} onTask={session.setTask} />}
        {(!unable || shown) && (
          <AtCrosshair>
            <Panel />
          </AtCrosshair>
        )}
        <LayerList />
        <Timings />
      </div>
    </aside>
  );
}
