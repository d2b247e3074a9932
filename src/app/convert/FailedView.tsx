import { useWorkbench } from '../context.ts';
import type { ConversionStep } from './state.ts';

/** A conversion that stopped: why, and whether it can go on. */
export function FailedView({ step }: { readonly step: Extract<ConversionStep, { kind: 'failed' }> }) {
  const { session } = useWorkbench();
  const { id } = step.report.schemes[step.weights];
  return (
    <>
      <p className="convert-message" role="alert">
        {step.message}
      </p>
      {step.kept && <p className="quiet">What was written so far is kept.</p>}
      <div className="row">
        {step.kept && (
          <>
            <button
              type="button"
              className="button primary"
              onClick={() => session.convert((controller) => controller.start())}
            >
              Go on
            </button>
            <button
              type="button"
              className="button"
              onClick={() => session.convert((controller) => controller.discard(id))}
            >
              Discard
            </button>
          </>
        )}
        <button type="button" className="button" onClick={() => session.convert((controller) => controller.reset())}>
          Other files
        </button>
      </div>
    </>
  );
}
