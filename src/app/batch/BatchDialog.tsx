import { type RefObject, useEffect, useId, useState } from 'react';
import { formatBytes } from '../../format-bytes.ts';
import { TASK_NAMES } from '../../tasks/names.ts';
import { MAX_PROMPT_CHARS } from '../../text/limits.ts';
import { Choice } from '../../ui/Choice.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { saveFile } from '../../ui/download.ts';
import { Icon } from '../../ui/Icon.tsx';
import { TASK_IDS, type TaskId } from '../../vpd/config.ts';
import { canRun } from '../../weights/pack/pack-summary.ts';
import { useApp, useWorkbench } from '../context.ts';
import { sceneOf } from '../results/selectors.ts';
import { FilesNote } from '../second-model/FilesNote.tsx';
import { type PhotoItem, packOf } from '../store.ts';
import { BatchProgress } from './BatchProgress.tsx';
import type { BatchState } from './state.ts';
import { photosText } from './words.ts';
import './batch.css';

/** Files that the ZIP contains for each photo. */
const FILES = {
  depth: '16-bit PNG in millimetres, .npy in metres, and a picture in the current colours of Depth',
  refer: 'mask PNG at the photo’s size; one COCO file for all',
  segment: 'PNG of class indices; the names in one JSON for all',
} satisfies Record<TaskId, string>;

type Which = 'all' | 'own';

function chosen(photos: readonly PhotoItem[], which: Which): readonly PhotoItem[] {
  return which === 'all' ? photos : photos.filter(({ source }) => source === 'user');
}

/** Form for the task and the photos; starts with the page's current task and prompt. */
function BatchForm({ hidden }: { readonly hidden: boolean }) {
  const { store, session } = useWorkbench();
  const photos = useApp((state) => state.photos);
  const pack = useApp(packOf);
  const current = useApp((state) => state.task);
  const [chosenTask = current, setTask] = useState<TaskId>();
  const currentPrompt = useApp((state) => state.prompt);
  const [prompt = currentPrompt, setPrompt] = useState<string>();
  const own = chosen(photos, 'own').length;
  const [which = own > 0 ? 'own' : 'all', setWhich] = useState<Which>();
  const box = useId();
  const list = chosen(photos, own > 0 ? which : 'all');
  const tasks = TASK_IDS.filter((id) => !pack || canRun(pack, id));
  const task = tasks.includes(chosenTask) ? chosenTask : (tasks[0] ?? chosenTask);
  const ready = pack !== undefined && tasks.length > 0 && list.length > 0 && (task !== 'refer' || prompt.trim() !== '');

  function run(): void {
    const ids = list.map(({ id }) => id);
    const { colormap, invert, range } = store.getState().depth;
    const scene = sceneOf(store.getState());
    if (task === 'depth') session.startBatch({ task, scene, colours: { colormap, invert, range } }, ids);
    else if (task === 'refer') session.startBatch({ task, prompt: prompt.trim() }, ids);
    else session.startBatch({ task }, ids);
  }

  return (
    <form
      className="batch-form"
      hidden={hidden}
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) run();
      }}
    >
      <div className="row">
        <Choice
          label="Task"
          value={task}
          options={tasks.map((id) => ({ value: id, label: TASK_NAMES[id] }))}
          onChange={(id) => setTask(id)}
        />
        {own > 0 && own < photos.length && (
          <Choice
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
            Look for
          </label>
          <input
            id={box}
            className="text-input"
            value={prompt}
            maxLength={MAX_PROMPT_CHARS}
            placeholder="the red chair"
            onChange={(event) => setPrompt(event.currentTarget.value)}
          />
        </div>
      )}
      <p className="quiet">
        For each photo: {FILES[task]}. Also a table of figures (CSV), the settings and the model’s hash.
      </p>
      <FilesNote />
      <button type="submit" className="button primary" disabled={!ready}>
        Run on {photosText(list.length)}
      </button>
    </form>
  );
}

/** Returns e.g. `depth-of-4-photos.zip`, with the number of photos that have a result. */
const zipName = ({ job, finished, problems }: BatchState) =>
  `${{ depth: 'depth', refer: 'masks', segment: 'classes' }[job.task]}-of-${photosText(finished - problems.length).replace(' ', '-')}.zip`;

export function BatchDialog({ ref }: { readonly ref: RefObject<HTMLDialogElement | null> }) {
  const { session } = useWorkbench();
  const batch = useApp((state) => state.batch);
  /** Number of times the dialog was closed. It is the key of the form, so that closing the dialog resets the form. */
  const [closed, setClosed] = useState(0);
  const busy = batch?.phase === 'running' || batch?.phase === 'stopping';

  // The button mounts this component to open it.
  useEffect(() => ref.current?.showModal(), [ref]);

  function save(): void {
    const zip = session.batchZip();
    if (!zip || !batch) return;
    saveFile(zipName(batch), zip, 'application/zip');
    session.markSaved();
  }

  return (
    <Dialog ref={ref} title="Run on all photos" onClose={() => setClosed(closed + 1)}>
      {batch && (
        <BatchProgress batch={batch}>
          {busy && (
            <div className="row">
              <button
                type="button"
                className="button"
                disabled={batch.phase === 'stopping'}
                onClick={() => session.stopBatch()}
              >
                Stop
              </button>
              <p className="quiet">You can close this: the batch continues, and the page stays usable.</p>
            </div>
          )}
          {batch.bytes !== undefined && (
            <button type="button" className="button primary" onClick={save}>
              <Icon name="download" /> Save ZIP, {formatBytes(batch.bytes)}
            </button>
          )}
        </BatchProgress>
      )}
      <BatchForm key={closed} hidden={busy} />
    </Dialog>
  );
}
