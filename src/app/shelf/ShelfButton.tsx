import { Icon } from '../../ui/Icon.tsx';
import { Lazy } from '../../ui/Lazy.tsx';
import { useApp, useWorkbench } from '../context.ts';

/** Button that opens the model shelf and shows the progress of its job. */
export function ShelfButton() {
  const { session } = useWorkbench();
  const shown = useApp((state) => state.shelf?.shown ?? false);
  const job = useApp((state) => state.shelf?.job);
  const share = job && job.progress.total > 0 ? job.progress.done / job.progress.total : undefined;
  return (
    <>
      <button
        type="button"
        className="badge"
        title={job?.title ?? 'Models on this machine'}
        aria-haspopup="dialog"
        data-testid="shelf-button"
        onClick={() => session.shelf((shelf) => shelf.open())}
      >
        <Icon name="shelf" />
        <span className="badge-name">Models</span>
        {share !== undefined && <span className="figure">{Math.floor(100 * share)} %</span>}
      </button>
      {shown && (
        <Lazy
          what="The window “Models”"
          load={() => import('./ShelfDialog.tsx')}
          onFail={(error) => {
            session.shelf((shelf) => shelf.close());
            session.showError(error);
          }}
        >
          {({ ShelfDialog }) => <ShelfDialog />}
        </Lazy>
      )}
    </>
  );
}
