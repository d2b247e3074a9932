import type { FinishedConversion } from '../../storage/conversion-protocol.ts';
import { formatBytes } from '../../ui/format.ts';
import { useWorkbench } from '../context.ts';

/** Hexadecimal digits of the hash on show: enough to compare by eye with the command line's. */
const HASH_DIGITS = 16;

/** A model that is ready. */
export function DoneView({ finished }: { readonly finished: FinishedConversion }) {
  const { session } = useWorkbench();
  const { id, name, bytes, sha256 } = finished;
  return (
    <>
      <section aria-label="Result" data-testid="converted" data-id={id} data-sha256={sha256}>
        <h3>{name} is ready</h3>
        <p role="status">
          {formatBytes(bytes)} are stored in this browser and work offline from now on. SHA-256 of its config:{' '}
          <span className="figure" title={sha256}>
            {sha256.slice(0, HASH_DIGITS)}…
          </span>
        </p>
      </section>
      <div className="row">
        <button
          type="button"
          className="button primary"
          onClick={() => session.convert((controller) => controller.load(id))}
        >
          Open it
        </button>
        <button type="button" className="button" onClick={() => session.convert((controller) => controller.reset())}>
          Convert another
        </button>
      </div>
    </>
  );
}
