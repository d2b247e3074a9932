import { type ReactNode, type Ref, type SyntheticEvent, useId, useRef } from 'react';
import { Icon } from './Icon.tsx';
import './dialog.css';

interface Props {
  /** `showModal()` opens it; Escape, the cross and a click beside it close it. */
  readonly ref: Ref<HTMLDialogElement>;
  readonly title: string;
  onClose?(): void;
  readonly children: ReactNode;
}

/** The browser's own modal dialog: it keeps the focus inside and gives it back. */
export function Dialog({ ref, title, onClose, children }: Props) {
  const heading = useId();
  // Only the backdrop is the dialog itself: its content covers the rest.
  const besideIt = (event: SyntheticEvent) => event.target === event.currentTarget;
  /** Whether the press began beside the dialog: text may be selected past its edge. */
  const pressed = useRef(false);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a dialog by itself
    <dialog
      ref={ref}
      className="dialog"
      aria-labelledby={heading}
      onClose={onClose}
      onPointerDown={(event) => {
        pressed.current = besideIt(event);
      }}
      onClick={(event) => pressed.current && besideIt(event) && event.currentTarget.close()}
    >
      <div className="dialog-content">
        <div className="dialog-head">
          <h2 id={heading}>{title}</h2>
          <button
            type="button"
            className="icon-button small"
            aria-label="Close"
            onClick={(event) => event.currentTarget.closest('dialog')?.close()}
          >
            <Icon name="close" />
          </button>
        </div>
        {children}
      </div>
    </dialog>
  );
}
