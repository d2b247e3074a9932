import { CopyButton } from '../../ui/CopyButton.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { useApp, useWorkbench } from '../context.ts';
import type { Notice } from '../store.ts';
import { LeftOutNote } from '../strip/LeftOutNote.tsx';
import { RemovedNote } from '../strip/RemovedNote.tsx';
import './notices.css';

function NoticeCard({ notice }: { readonly notice: Notice }) {
  const { session } = useWorkbench();
  return (
    <div className="notice" role="alert" data-code={notice.code}>
      <Icon name="warning" />
      <div>
        <p>{notice.message}</p>
        {notice.files.length > 0 && (
          <details className="notice-files">
            <summary>Each file</summary>
            <ul>
              {notice.files.map((sentence) => (
                <li key={sentence}>{sentence}</li>
              ))}
            </ul>
          </details>
        )}
      </div>
      <button
        type="button"
        className="icon-button small"
        aria-label="Dismiss"
        onClick={() => session.dismiss(notice.id)}
      >
        <Icon name="close" />
      </button>
      <div className="notice-actions">
        {notice.retry && (
          <button type="button" className="button small primary" onClick={() => session.retry(notice)}>
            Retry
          </button>
        )}
        <CopyButton label="Copy details" text={() => notice.details} />
      </div>
    </div>
  );
}

/** Error messages, one sentence each, until they are dismissed. */
export function Notices() {
  const { session } = useWorkbench();
  const notices = useApp((state) => state.notices);
  const removed = useApp((state) => state.removed);
  const leftOut = useApp((state) => state.leftOut);
  const count = notices.length + (leftOut === undefined ? 0 : 1);
  return (
    <>
      {/* Always there, since a region that appears together with its text is not announced. */}
      <p className="visually-hidden" role="status">
        {leftOut}
      </p>
      {(count > 0 || removed !== undefined) && (
        <section className="notices" aria-label="Messages">
          {notices.map((notice) => (
            <NoticeCard key={notice.id} notice={notice} />
          ))}
          {count > 1 && (
            <button type="button" className="button small notice-all" onClick={session.dismissAll}>
              Dismiss all
            </button>
          )}
          <LeftOutNote />
          <RemovedNote />
        </section>
      )}
    </>
  );
}
