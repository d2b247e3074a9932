import { useId, useState } from 'react';
import type { BatchJob } from '../../outputs/batch/protocol.ts';
import { TASK_NAMES } from '../../tasks/names.ts';
import { findMask, isChanged, type MaskItem } from '../../tasks/refer/masks/masks.ts';
import { Choice } from '../../ui/Choice.tsx';
import { TASK_IDS } from '../../vpd/config.ts';
import { canRun } from '../../weights/pack/pack-summary.ts';
import { useApp, useWorkbench } from '../context.ts';
import { reportableKeys } from '../report/answers.ts';
import { photoOf, referKey } from '../results/result-keys.ts';
import { sceneOf } from '../results/selectors.ts';
import { FilesNote } from '../second-model/FilesNote.tsx';
import { type AppState, type PhotoItem, packOf } from '../store.ts';
import { readPrompts } from './prompts.ts';
import { changedText, photosText } from './words.ts';

type Task = BatchJob['task'];

/** What the ZIP contains. */
const CONTENTS = {
  depth:
    'For each photo, at its size: 16-bit PNG in millimetres, .npy in metres, and a picture in the current colours of Depth.',
  refer: 'For each photo and expression: mask PNG at the photo’s size; one COCO file for all.',
  segment: 'For each photo, at its size: PNG of class indices with their colours; the names in one JSON for all.',
  session:
    'What the photos have now: the masks on their lists, one COCO file for all, and their depth and classes. Nothing is computed.',
} satisfies Record<Task, string>;

type Which = 'all' | 'own';

const chosen = (photos: readonly PhotoItem[], which: Which): readonly PhotoItem[] =>
  which === 'all' ? photos : photos.filter(({ source }) => source === 'user');

/** Returns the masks that the user changed and that the ZIP contains; of the session, only those that have been computed. */
function changedMasks(
  photos: readonly PhotoItem[],
  { masks, refer }: AppState,
  task: Task,
  prompts: readonly string[],
  present: ReadonlySet<string>,
) {
  const listed = ({ id }: PhotoItem): readonly MaskItem[] => {
    const history = masks[id];
    if (!history) return [];
    if (task !== 'session') return prompts.flatMap((prompt) => findMask(history, prompt) ?? []);
    return history.items.filter(({ prompt }) => present.has(referKey(id, prompt, refer.zeroShot)));
  };
  return photos.flatMap(listed).filter(isChanged);
}

/** Form for the task and the photos; starts with the page's current task and prompt. */
export function BatchForm({ hidden }: { readonly hidden: boolean }) {
  const { session, results } = useWorkbench();
  const state = useApp((all) => all);
  const { photos } = state;
  const pack = packOf(state);
  const [chosenTask = state.task, setTask] = useState<Task>();
  const [text = state.prompt, setText] = useState<string>();
  const own = chosen(photos, 'own').length;
  const [which = own > 0 ? 'own' : 'all', setWhich] = useState<Which>();
  const box = useId();
  const tasks: readonly Task[] = [...TASK_IDS.filter((id) => !pack || canRun(pack, id)), 'session'];
  const task = tasks.includes(chosenTask) ? chosenTask : (tasks[0] ?? chosenTask);
  const some = chosen(photos, own > 0 ? which : 'all');
  const present = task === 'session' ? reportableKeys(state, results) : new Set<string>();
  const withResults = new Set([...present].map(photoOf));
  const list = task === 'session' ? some.filter(({ id }) => withResults.has(id)) : some;
  const { prompts, refused } = readPrompts(text);
  const changed = task === 'refer' || task === 'session' ? changedMasks(list, state, task, prompts, present).length : 0;
  const note = changedText(changed);
  const askable = task !== 'refer' || (prompts.length > 0 && refused === undefined);
  const ready = pack !== undefined && list.length > 0 && askable;

  function jobOf(): BatchJob {
    const { colormap, invert, range, contour } = state.depth;
    const colours = { colormap, invert, range, contour };
    switch (task) {
      case 'depth':
        return { task, scene: sceneOf(state), colours };
      case 'refer':
        return { task, prompts };
      case 'segment':
        return { task };
      case 'session':
        return { task, colours };
    }
  }

  return (
    <form
      className="batch-form"
      hidden={hidden}
      onSubmit={(event) => {
        event.preventDefault();
        const ids = list.map(({ id }) => id);
        if (ready) session.startBatch(jobOf(), ids);
      }}
    >
      <div className="row">
        <Choice<Task>
          label="Task"
          value={task}
          options={tasks.map((id) => ({
            value: id,
            label: id === 'session' ? 'Everything in this session' : TASK_NAMES[id],
          }))}
          onChange={(id) => setTask(id)}
        />
        {own > 0 && own < photos.length && (
          <Choice<Which>
            label="Photos"
            value={which}
            options={[
              { value: 'own', label: own === 1 ? 'Your photo' : `Your ${photosText(own)}` },
              { value: 'all', label: `All ${photos.length}, with samples` },
            ]}
            onChange={(some) => setWhich(some)}
          />
        )}
      </div>
      {task === 'refer' && (
        <div className="batch-prompt">
          <label className="field-label" htmlFor={box}>
            Look for <span className="quiet">one expression per line</span>
          </label>
          <textarea
            id={box}
            className="text-input"
            rows={3}
            value={text}
            placeholder={'the red chair\nthe lamp on the left'}
            aria-invalid={refused !== undefined}
            aria-describedby={`${box}-note`}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <p id={`${box}-note`} className="field-error" role="alert">
            {refused}
          </p>
        </div>
      )}
      <p className="quiet">
        {CONTENTS[task]} Also a table of figures (CSV), the settings and the model’s hash.
        {note && <b data-testid="changed-masks"> {note}</b>}
      </p>
      <FilesNote />
      {task === 'session' && list.length === 0 && <p>These photos have no results yet.</p>}
      <button type="submit" className="button primary" disabled={!ready}>
        {task === 'session'
          ? `Pack what ${photosText(list.length)} ${list.length === 1 ? 'has' : 'have'}`
          : `Run on ${photosText(list.length)}`}
      </button>
    </form>
  );
}
