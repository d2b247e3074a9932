import { Icon } from '../../ui/Icon.tsx';
import { LateDialogButton } from '../../ui/LateDialogButton.tsx';
import { useApp, useWorkbench } from '../context.ts';

/** Opens the dialog that saves a report. */
export function ReportButton() {
  const { session } = useWorkbench();
  const any = useApp(({ photos }) => photos.length > 0);
  return (
    <LateDialogButton
      className="icon-button"
      aria-label="Save a report"
      title="Save a report, which this page can open again"
      disabled={!any}
      face={<Icon name="report" />}
      what="The window that saves reports"
      load={() => import('./ReportDialog.tsx')}
      onFail={session.tell}
    >
      {({ ReportDialog }, { ref }) => <ReportDialog ref={ref} />}
    </LateDialogButton>
  );
}
