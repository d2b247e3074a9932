import { useState } from 'react';
import './copy-button.css';

interface Props {
  /** What the button says. */
  readonly label: string;
  /** Made when it is asked for. */
  text(): string;
}

/** Puts a text on the clipboard; where that is refused, shows it. */
export function CopyButton({ label, text }: Props) {
  const [copied, setCopied] = useState(false);
  const [shown, setShown] = useState('');
  const copy = async () => {
    const content = text();
    try {
      await navigator.clipboard.writeText(content);
      setCopied(true);
      setShown('');
    } catch {
      // Without permission the text can still be selected by hand.
      setShown(content);
    }
  };
  return (
    <>
      <button type="button" className="button small" onClick={() => void copy()}>
        {copied ? 'Copied' : label}
      </button>
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
