import { formatPercent } from '../../format.ts';
import { formatBytes } from '../../format-bytes.ts';
import { ConfirmButton } from '../../ui/ConfirmButton.tsx';
import { useTouch } from '../../ui/touch.ts';
import { useWorkbench } from '../context.ts';
import { PickWeights } from './PickWeights.tsx';
import type { StoppedItem } from './state.ts';

function Stopped({ item }: { readonly item: StoppedItem }) {
  const { session } = useWorkbench();
  const { id, name, weights, files, kept, total, busy } = item;
  return (
    <li className="convert-stopped">
      <p>
        <b>{name}</b> as {weights}: {formatPercent(kept / total)} of {formatBytes(total)} from {files.join(' and ')}
      </p>
      {busy ? (
        <p className="quiet">Another tab of this page is converting it.</p>
      ) : (
        <div className="row">
          <button
            type="button"
            className="button small primary"
            onClick={() => session.convert((controller) => controller.resume(id))}
          >
            Continue
          </button>
          <ConfirmButton
            label="Discard"
            name={`Discard ${name}`}
            question={`Delete ${formatBytes(kept)}?`}
            confirmLabel="Delete"
            onConfirm={() => session.convert((controller) => controller.discard(id))}
          />
        </div>
      )}
    </li>
  );
}

interface Props {
  readonly message: string | undefined;
  readonly stopped: readonly StoppedItem[];
}

/** First step: which files can be given, why the last ones were refused, and which conversions can be continued. */
export function ChooseView({ message, stopped }: Props) {
  const touch = useTouch();
  return (
    <>
      {message !== undefined && (
        <p className="convert-message" role="alert">
          {message}
        </p>
      )}
      {stopped.length > 0 && (
        <section aria-label="Unfinished conversions">
          <h3>Unfinished conversions</h3>
          <ul className="convert-list">
            {stopped.map((item) => (
              <Stopped key={item.id} item={item} />
            ))}
          </ul>
        </section>
      )}
      <p>
        A VPD checkpoint (<code>.pth</code>: depth, referring or semantic segmentation) or any Stable Diffusion v1
        checkpoint (<code>.ckpt</code>, <code>.safetensors</code>) becomes a model of this page. Files are read part by
        part on this machine, nothing in them is ever run, and nothing leaves it.
      </p>
      <div className="row">
        <PickWeights primary>Choose weight files…</PickWeights>
        {!touch && <span className="quiet">or drop them anywhere on the page</span>}
      </div>
    </>
  );
}
