import { LazyDialogButton } from '../../ui/LazyDialogButton.tsx';
import { useApp, useWorkbench } from '../context.ts';

/** Opens the dialog that saves a report. */
export function ReportButton() {
  const { session } = useWorkbench();
  const any = useApp(({ photos }) => photos.length > 0);
  return (
    <LazyDialogButton
      className="button"
      aria-label="Save a report"
      title="Save a report, which this page can open again"
      disabled={!any}
      face="Report"
      what="The window that saves reports"
      load={() => import('./ReportDialog.tsx')}
      onFail={session.showError}
    >
      {({ ReportDialog }, { ref }) => <ReportDialog ref={ref} />}
    </LazyDialogButton>
  );
}
