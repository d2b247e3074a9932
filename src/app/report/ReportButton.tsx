import { useRef, useState } from 'react';
import { Icon } from '../../ui/Icon.tsx';
import { Late } from '../../ui/Late.tsx';
import { useApp, useWorkbench } from '../context.ts';

/** Opens the dialog that saves a report. */
export function ReportButton() {
  const { session } = useWorkbench();
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
        <Late
          what="The window that saves reports"
          load={() => import('./ReportDialog.tsx')}
          onFail={(error) => {
            setAsked(false);
            session.report(error);
          }}
        >
          {({ ReportDialog }) => <ReportDialog ref={dialog} />}
        </Late>
      )}
    </>
  );
}
