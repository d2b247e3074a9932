import { TASK_IDS, type TaskId } from '../../vpd/config.ts';
import { canRun, type PackSummary } from '../../weights/pack/pack-summary.ts';

interface Props {
  readonly pack: PackSummary;
  readonly task: TaskId;
  onTask(task: TaskId): void;
}

const HEADS = { depth: 'measure depth', refer: 'look for words', segment: 'name classes' } satisfies Record<
  TaskId,
  string
>;

/** Replaces the panel of a task that the open pack cannot run, and offers the tasks that it can. */
export function NoHead({ pack, task, onTask }: Props) {
  const others = TASK_IDS.filter((id) => canRun(pack, id));
  return (
    <div className="group" data-testid="no-head">
      <p className="note">
        “{pack.name}” cannot {HEADS[task]}
        {pack.tasks.length === 0 && ': it is a backbone without heads'}.
      </p>
      {others.map((id) => (
        <button key={id} type="button" className="button" onClick={() => onTask(id)}>
          Let it {HEADS[id]}
        </button>
      ))}
    </div>
  );
}
