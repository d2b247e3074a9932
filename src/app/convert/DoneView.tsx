import { formatBytes } from '../../format-bytes.ts';
import type { FinishedConversion } from '../../storage/conversion/protocol.ts';
import { useWorkbench } from '../context.ts';

/** Number of hexadecimal digits shown of the hash: enough to compare it by eye with the command line's. */
const HASH_DIGITS = 16;

function Made({ finished }: { readonly finished: FinishedConversion }) {
  const { session } = useWorkbench();
  const { id, name, bytes, sha256 } = finished;
  return (
    <section className="convert-made" aria-label={name} data-testid="converted" data-id={id} data-sha256={sha256}>
      <h3>{name} is ready</h3>
      <p>
        The model takes {formatBytes(bytes)} in this browser and works offline from now on. SHA-256 of its config:{' '}
        <span className="figure" title={sha256}>
          {sha256.slice(0, HASH_DIGITS)}…
        </span>
      </p>
      <button
        type="button"
        className="button primary"
        onClick={() => session.convert((controller) => controller.openConverted(id))}
      >
        Open it
      </button>
    </section>
  );
}

/** Last step: the models that are ready. */
export function DoneView({ finished }: { readonly finished: readonly FinishedConversion[] }) {
  const { session } = useWorkbench();
  return (
    <>
      <div className="convert-list" role="status">
        {finished.map((each) => (
          <Made key={each.id} finished={each} />
        ))}
      </div>
      <div className="row">
        <button type="button" className="button" onClick={() => session.convert((controller) => controller.reset())}>
          Convert another
        </button>
      </div>
    </>
  );
}
