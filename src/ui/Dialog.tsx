import { type ReactNode, type Ref, type SyntheticEvent, useId, useRef } from 'react';
import { Icon } from './Icon.tsx';
import './dialog.css';

interface Props {
  /** `showModal()` opens the dialog; Escape, the close button and a click on the backdrop close it. */
  readonly ref: Ref<HTMLDialogElement>;
  readonly title: string;
  onClose?(): void;
  readonly children: ReactNode;
}

/** The browser's modal dialog, which keeps the focus inside and returns it when closed. */
export function Dialog({ ref, title, onClose, children }: Props) {
  const heading = useId();
  // The content covers the whole dialog, so events whose target is the dialog itself are on its backdrop.
  const isOnBackdrop = (event: SyntheticEvent) => event.target === event.currentTarget;
  /** Whether the press began on the backdrop; a selection of text that only ends there must not close the dialog. */
  const pressed = useRef(false);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a dialog by itself
    <dialog
      ref={ref}
      className="dialog"
      aria-labelledby={heading}
      onClose={onClose}
      onPointerDown={(event) => {
        pressed.current = isOnBackdrop(event);
      }}
      onClick={(event) => pressed.current && isOnBackdrop(event) && event.currentTarget.close()}
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
