import { type RefObject, useEffect, useRef, useState } from 'react';
import { Choice } from '../../ui/Choice.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { useTouch } from '../../ui/touch.ts';
import { useApp, useWorkbench } from '../context.ts';
import { FilesNote } from '../second-model/FilesNote.tsx';
import { reportable } from './answers.ts';

type Which = 'shown' | 'all';

export function ReportDialog({ ref }: { readonly ref: RefObject<HTMLDialogElement | null> }) {
  const { session, results } = useWorkbench();
  const state = useApp((all) => all);
  const touch = useTouch();
  const [which, setWhich] = useState<Which>('shown');
  const photos = reportable(state, results);
  const shown = photos.filter(({ id }) => id === state.selected);
  const choice = shown.length === 0 || which === 'all' ? photos : shown;
  const busy = state.busy !== undefined;
  const [writing, setWriting] = useState<AbortController>();
  const start = useRef<HTMLButtonElement>(null);
  const [stopped, setStopped] = useState(false);

  // The button mounts this component to open it.
  useEffect(() => ref.current?.showModal(), [ref]);

  // The Stop button, which had the focus, is removed; the start button takes the focus as soon as it is enabled.
  useEffect(() => {
    if (!stopped || busy) return;
    setStopped(false);
    start.current?.focus();
  }, [stopped, busy]);

  async function save(): Promise<void> {
    const stop = new AbortController();
    setWriting(stop);
    await session.saveReport(
      choice.map(({ id }) => id),
      stop.signal,
    );
    setWriting(undefined);
    if (stop.signal.aborted) setStopped(true);
    else ref.current?.close();
  }

  return (
    <Dialog ref={ref} title="Save a report">
      {photos.length > 1 && shown.length > 0 && (
        <Choice<Which>
          label="Photos"
          value={which}
          options={[
            { value: 'shown', label: 'The selected one' },
            { value: 'all', label: `All ${photos.length} with results` },
          ]}
          onChange={(some) => setWhich(some)}
        />
      )}
      <p className="quiet">
        One HTML file that opens anywhere, without this page and without a network: pictures, figures, settings and the
        model’s hash. <b>It contains the photo{choice.length > 1 ? 's themselves' : ' itself'}.</b>{' '}
        {touch ? 'Choose it like a photo' : 'Drop it on this page'} to continue from here.
      </p>
      <FilesNote />
      {photos.length === 0 && <p>Nothing has been computed yet; wait for a result.</p>}
      <div className="row">
        <button
          ref={start}
          type="button"
          className="button primary"
          disabled={busy || choice.length === 0 || state.engine.phase !== 'ready'}
          aria-busy={busy}
          onClick={() => void save()}
        >
          <Icon name="download" /> {writing ? 'Writing…' : busy ? `${state.busy}…` : 'Save the report'}
        </button>
        {writing && (
          <button type="button" className="button" onClick={() => writing.abort()}>
            Stop
          </button>
        )}
      </div>
    </Dialog>
  );
}
