import { useEffect, useRef, useState } from 'react';
import './confirm-button.css';

interface Props {
  readonly label: string;
  /** What screen readers call it, where `label` alone would not tell it from others. */
  readonly name?: string;
  readonly question: string;
  /** What the button says that goes through with it, where that is not `label`. */
  readonly deed?: string;
  readonly disabled?: boolean;
  readonly className?: string;
  onConfirm(): void;
}

/** A button whose deed cannot be taken back: it asks once, in its own place. */
export function ConfirmButton(props: Props) {
  const { label, name, question, deed = label, disabled = false, className = 'button small', onConfirm } = props;
  const [asking, setAsking] = useState<boolean>();
  const ask = useRef<HTMLButtonElement>(null);
  const keep = useRef<HTMLButtonElement>(null);
  // The button that had the focus is gone: it goes on to the one in its place, the harmless one of two.
  useEffect(() => {
    if (asking !== undefined) (asking ? keep : ask).current?.focus();
  }, [asking]);
  if (!asking)
    return (
      <button
        ref={ask}
        type="button"
        className={className}
        aria-label={name}
        disabled={disabled}
        onClick={() => setAsking(true)}
      >
        {label}
      </button>
    );
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would be a form's
    <span className="confirm" role="group" aria-label={question}>
      {question}
      <button type="button" className={className} onClick={onConfirm}>
        {deed}
      </button>
      <button ref={keep} type="button" className={className} onClick={() => setAsking(false)}>
        Keep
      </button>
    </span>
  );
}
