import { useLayoutEffect, useRef } from 'react';
import { Dialog } from '../../ui/Dialog.tsx';
import { useApp, useWorkbench } from '../context.ts';
import { ChooseView } from './ChooseView.tsx';
import { DoneView } from './DoneView.tsx';
import { FailedView } from './FailedView.tsx';
import { PlanView } from './PlanView.tsx';
import type { ConversionState } from './state.ts';
import { offlineWords, WorkView } from './WorkView.tsx';
import './convert.css';

function Step({ state }: { readonly state: ConversionState }) {
  const { session } = useWorkbench();
  const { step } = state;
  switch (step.kind) {
    case 'choose':
      return <ChooseView message={step.message} stopped={state.stopped} />;
    case 'reading':
      return (
        <>
          <p className="convert-reading" role="status">
            <span className="spinner" aria-hidden="true" />{' '}
            {step.offline === undefined ? `Reading ${step.names.join(' and ')}…` : offlineWords(step.offline)}
          </p>
          <div className="row">
            <button
              type="button"
              className="button"
              onClick={() => session.convert((controller) => controller.cancel())}
            >
              Cancel
            </button>
          </div>
        </>
      );
    case 'plan':
      return <PlanView step={step} room={state.room} />;
    case 'work':
      return <WorkView step={step} />;
    case 'failed':
      return <FailedView step={step} />;
    case 'done':
      return <DoneView finished={step.finished} />;
  }
}

/** Dialog that converts checkpoints into models of this page, step by step. Closing it does not stop a conversion. */
export function ConversionDialog() {
  const { session } = useWorkbench();
  const state = useApp((all) => all.conversion);
  const dialog = useRef<HTMLDialogElement>(null);

  useLayoutEffect(() => {
    const opened = dialog.current;
    opened?.showModal();
    // Closed before it is unmounted, so that the focus returns to the previous element.
    return () => opened?.close();
  }, []);

  return (
    <Dialog
      ref={dialog}
      title="Convert a checkpoint"
      onClose={() => session.convert((controller) => controller.close())}
    >
      <div className="convert">{state && <Step state={state} />}</div>
    </Dialog>
  );
}
