import { type ComponentProps, type ReactNode, type RefObject, useRef, useState } from 'react';
import type { VpdError } from '../errors.ts';
import { Late } from './Late.tsx';

interface Opened {
  /** Of the dialog, where it stays when it is closed: the next press opens it again. */
  readonly ref: RefObject<HTMLDialogElement | null>;
  /** Takes the dialog away; the next press makes it anew. */
  leave(): void;
}

interface Props<Part> extends Omit<ComponentProps<'button'>, 'type' | 'onClick' | 'children'> {
  /** What the button shows. */
  readonly face: ReactNode;
  /** The dialog's name, as the start of a sentence. */
  readonly what: string;
  /** Imports the dialog's code. */
  load(): Promise<Part>;
  /** Told that the code did not come; the next press asks for it again. */
  onFail(error: VpdError): void;
  /** The dialog, which opens itself when it is first there. */
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
