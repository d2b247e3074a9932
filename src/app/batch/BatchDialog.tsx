import { type RefObject, useEffect, useState } from 'react';
import { formatBytes } from '../../format-bytes.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { saveFile } from '../../ui/download.ts';
import { Icon } from '../../ui/Icon.tsx';
import { useApp, useWorkbench } from '../context.ts';
import { BatchForm } from './BatchForm.tsx';
import { BatchProgress } from './BatchProgress.tsx';
import type { BatchState } from './state.ts';
import { photosText } from './words.ts';
import './batch.css';

const ZIP_NAMES = { depth: 'depth', refer: 'masks', segment: 'classes', session: 'session' } satisfies Record<
  BatchState['job']['task'],
  string
>;

/** Returns e.g. `depth-of-4-photos.zip`, with the number of photos that have a result. */
const zipName = ({ job, written }: BatchState) =>
  `${ZIP_NAMES[job.task]}-of-${photosText(written).replace(' ', '-')}.zip`;

export function BatchDialog({ ref }: { readonly ref: RefObject<HTMLDialogElement | null> }) {
  const { session } = useWorkbench();
  const batch = useApp((state) => state.batch);
  /** Number of times the dialog was closed. It is the key of the form, so that closing the dialog resets the form. */
  const [closed, setClosed] = useState(0);
  const busy = batch?.phase === 'running' || batch?.phase === 'stopping';
  /** A ZIP waits to be saved or discarded; the next batch would replace it. */
  const unsaved = batch?.bytes !== undefined && !batch.saved;

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
            <div className="row">
              <button type="button" className={unsaved ? 'button primary' : 'button'} onClick={save}>
                <Icon name="download" /> Save ZIP, {formatBytes(batch.bytes)}
              </button>
              <button type="button" className="button" onClick={() => session.forgetBatch()}>
                Discard
              </button>
            </div>
          )}
        </BatchProgress>
      )}
      <BatchForm key={closed} hidden={busy || unsaved} />
    </Dialog>
  );
}
