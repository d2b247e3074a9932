import { lazy, Suspense, useRef, useState } from 'react';
import { Icon } from '../ui/Icon.tsx';
import { useApp } from './context.ts';

const ReportDialog = lazy(() => import('./ReportDialog.tsx'));

/** Opens the dialog that saves a report. */
export function ReportButton() {
  const [asked, setAsked] = useState(false);
  const dialog = useRef<HTMLDialogElement>(null);
  const any = useApp(({ photos }) => photos.length > 0);
  return (
    <>
      <button
        type="button"
        className="icon-button"
        aria-label="Save a report"
        title="Save a report, which this page re-opens"
        aria-haspopup="dialog"
        disabled={!any}
        onClick={() => {
          setAsked(true);
          dialog.current?.showModal();
        }}
      >
        <Icon name="report" />
      </button>
      {asked && (
        <Suspense fallback={null}>
          <ReportDialog ref={dialog} />
        </Suspense>
      )}
    </>
  );
}
