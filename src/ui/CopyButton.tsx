import { useEffect, useState } from 'react';
import './copy-button.css';

/** How long “Copied” is shown. */
const COPIED_MS = 2000;

interface Props {
  readonly label: string;
  /** Returns the text to copy; called on each press. */
  text(): string;
}

/** Button that copies a text to the clipboard; if the browser refuses, the text is shown instead. */
export function CopyButton({ label, text }: Props) {
  const [copied, setCopied] = useState(false);
  const [shown, setShown] = useState('');

  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), COPIED_MS);
    return () => clearTimeout(timer);
  }, [copied]);

  const copy = async () => {
    const content = text();
    // Otherwise a second press within that time would change nothing, and screen readers would not announce it.
    setCopied(false);
    try {
      await navigator.clipboard.writeText(content);
      setCopied(true);
      setShown('');
    } catch {
      // Without permission for the clipboard, the user can select the text by hand.
      setShown(content);
    }
  };
  return (
    <>
      {/* Inside an alert, every change of the label would be announced again. */}
      <button type="button" className="button small" aria-live="off" onClick={() => void copy()}>
        {copied ? 'Copied' : label}
      </button>
      <span className="visually-hidden" role="status">
        {copied && 'Copied'}
      </span>
      {shown && (
        // A scrolling region must be reachable by keys.
        // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
        <pre className="details" tabIndex={0}>
          {shown}
        </pre>
      )}
    </>
  );
}
