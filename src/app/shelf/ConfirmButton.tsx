import { useEffect, useRef, useState } from 'react';

interface Props {
  readonly label: string;
  readonly question: string;
  readonly disabled?: boolean;
  onConfirm(): void;
}

/** A button whose deed cannot be taken back: it asks once, in its own place. */
export function ConfirmButton({ label, question, disabled = false, onConfirm }: Props) {
  const [asking, setAsking] = useState<boolean>();
  const ask = useRef<HTMLButtonElement>(null);
  const keep = useRef<HTMLButtonElement>(null);
  // The button that had the focus is gone: it goes on to the one in its place, the harmless one of two.
  useEffect(() => {
    if (asking !== undefined) (asking ? keep : ask).current?.focus();
  }, [asking]);
  if (!asking)
    return (
      <button ref={ask} type="button" className="button small" disabled={disabled} onClick={() => setAsking(true)}>
        {label}
      </button>
    );
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would be a form's
    <span className="shelf-confirm" role="group" aria-label={question}>
      {question}
      <button type="button" className="button small" onClick={onConfirm}>
        {label}
      </button>
      <button ref={keep} type="button" className="button small" onClick={() => setAsking(false)}>
        Keep
      </button>
    </span>
  );
}
