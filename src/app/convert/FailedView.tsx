import { formatBytes } from '../../format-bytes.ts';
import { ConfirmButton } from '../../ui/ConfirmButton.tsx';
import { useWorkbench } from '../context.ts';
import { NextModels } from './NextModels.tsx';
import type { ConversionStep } from './state.ts';

/** A failed conversion: why it failed, and whether it can be continued. */
export function FailedView({ step }: { readonly step: Extract<ConversionStep, { kind: 'failed' }> }) {
  const { session } = useWorkbench();
  const { id } = step.report.schemes[step.weights];
  return (
    <>
      <h3>
        {step.report.config.name} as {step.weights}
      </h3>
      <p className="convert-message" role="alert">
        {step.message}
      </p>
      <NextModels report={step.report} />
      {step.kept !== undefined && <p className="quiet">What was written so far is kept.</p>}
      <div className="row">
        {step.kept !== undefined && (
          <>
            <button
              type="button"
              className="button primary"
              onClick={() => session.convert((controller) => controller.start())}
            >
              Continue
            </button>
            <ConfirmButton
              label="Discard"
              question={`Delete ${formatBytes(step.kept)}?`}
              confirmLabel="Delete"
              className="button"
              onConfirm={() => session.convert((controller) => controller.discard(id))}
            />
          </>
        )}
        {step.report.packs.length > 1 && (
          <button type="button" className="button" onClick={() => session.convert((controller) => controller.skip())}>
            Skip it
          </button>
        )}
        <button type="button" className="button" onClick={() => session.convert((controller) => controller.reset())}>
          Other files
        </button>
      </div>
    </>
  );
}
