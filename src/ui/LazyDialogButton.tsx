import { type ComponentProps, type ReactNode, type RefObject, useRef, useState } from 'react';
import type { VpdError } from '../errors.ts';
import { Late } from './Late.tsx';

interface Opened {
  /** For a dialog that stays mounted when it is closed: the next press opens it again. */
  readonly ref: RefObject<HTMLDialogElement | null>;
  /** Unmounts the dialog; the next press mounts it again. */
  leave(): void;
}

interface Props<Part> extends Omit<ComponentProps<'button'>, 'type' | 'onClick' | 'children'> {
  /** Content of the button. */
  readonly face: ReactNode;
  /** The dialog's name, as the start of a sentence. */
  readonly what: string;
  /** Imports the dialog's code. */
  load(): Promise<Part>;
  /** Called if the code could not be loaded; the next press retries. */
  onFail(error: VpdError): void;
  /** Renders the dialog, which opens itself when mounted. */
  children(part: Part, opened: Opened): ReactNode;
}

/** A button whose dialog's code is loaded when it is first pressed. */
export function LateDialogButton<Part>({ face, what, load, onFail, children, ...button }: Props<Part>) {
  const [asked, setAsked] = useState(false);
  const dialog = useRef<HTMLDialogElement>(null);
  return (
    <>
      <button
        {...button}
        type="button"
        aria-haspopup="dialog"
        onClick={() => {
          setAsked(true);
          dialog.current?.showModal();
        }}
      >
        {face}
      </button>
      {asked && (
        <Late
          what={what}
          load={load}
          onFail={(error) => {
            setAsked(false);
            onFail(error);
          }}
        >
          {(part) => children(part, { ref: dialog, leave: () => setAsked(false) })}
        </Late>
      )}
    </>
  );
}
