import { useEffect, useRef, useState } from 'react';
import './confirm-button.css';

interface Props {
  readonly label: string;
  /** Name for screen readers, if `label` is not unique on the page. */
  readonly name?: string;
  readonly question: string;
  /** Label of the confirming button; `label` by default. */
  readonly confirmLabel?: string;
  readonly disabled?: boolean;
  readonly className?: string;
  onConfirm(): void;
}

/** Button for an action that cannot be undone: a press replaces it by a question with two buttons. */
export function ConfirmButton(props: Props) {
  const {
    label,
    name,
    question,
    confirmLabel = label,
    disabled = false,
    className = 'button small',
    onConfirm,
  } = props;
  const [asking, setAsking] = useState<boolean>();
  const ask = useRef<HTMLButtonElement>(null);
  const keep = useRef<HTMLButtonElement>(null);
  // The button with the focus is replaced, so the focus moves to its replacement, the harmless one of the two.
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
        {confirmLabel}
      </button>
      <button ref={keep} type="button" className={className} onClick={() => setAsking(false)}>
        Keep
      </button>
    </span>
  );
}
