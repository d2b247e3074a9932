import { useState } from 'react';
import { Icon } from '../ui/Icon.tsx';
import { useApp, useWorkbench } from './context.ts';
import type { Notice } from './store.ts';

function CopyDetails({ text }: { readonly text: string }) {
  const [state, setState] = useState<'idle' | 'copied' | 'shown'>('idle');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setState('copied');
    } catch {
      // Without permission the text can still be selected by hand.
      setState('shown');
    }
  };
  return (
    <>
      <button type="button" className="button small" onClick={() => void copy()}>
        {state === 'copied' ? 'Copied' : 'Copy details'}
      </button>
      {state === 'shown' && <pre className="details">{text}</pre>}
    </>
  );
}

function NoticeCard({ notice }: { readonly notice: Notice }) {
  const { session } = useWorkbench();
  return (
    <div className="notice" role="alert" data-code={notice.code}>
      <Icon name="warning" />
      <p>{notice.message}</p>
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
        <CopyDetails text={notice.details} />
      </div>
    </div>
  );
}

/** What went wrong, one sentence each, until dismissed. */
export function Notices() {
  const notices = useApp((state) => state.notices);
  if (notices.length === 0) return null;
  return (
    <section className="notices" aria-label="Messages">
      {notices.map((notice) => (
        <NoticeCard key={notice.id} notice={notice} />
      ))}
    </section>
  );
}
