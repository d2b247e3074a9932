import { type KeyboardEvent, useRef } from 'react';
import { TASK_IDS, type TaskId } from '../vpd/config.ts';
import { useApp, useWorkbench } from './context.ts';
import { TASK_PANELS } from './panels.tsx';
import { Timings } from './Timings.tsx';

const NAMES = { depth: 'Depth', refer: 'Find', segment: 'Classes' } satisfies Record<TaskId, string>;

/** One tab per task (arrow keys, Home and End move between them) and the panel of the task on show. */
export function SidePanel() {
  const { session } = useWorkbench();
  const task = useApp((state) => state.task);
  const tabs = useRef(new Map<TaskId, HTMLButtonElement>());
  const Panel = TASK_PANELS[task];

  function key(event: KeyboardEvent): void {
    const at = TASK_IDS.indexOf(task);
    const last = TASK_IDS.length - 1;
    const to = { ArrowLeft: at === 0 ? last : at - 1, ArrowRight: at === last ? 0 : at + 1, Home: 0, End: last }[
      event.key
    ];
    const next = to === undefined ? undefined : TASK_IDS[to];
    if (!next) return;
    event.preventDefault();
    session.setTask(next);
    tabs.current.get(next)?.focus();
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
            {NAMES[id]}
          </button>
        ))}
      </div>
      <div className="panel" role="tabpanel" id="task-panel" aria-labelledby={`tab-${task}`}>
        <Panel />
        <Timings />
      </div>
    </aside>
  );
}
