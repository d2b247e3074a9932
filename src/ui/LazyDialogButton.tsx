import { type ComponentProps, type ReactNode, type RefObject, useRef, useState } from 'react';
import type { VpdError } from '../errors.ts';
import { Lazy } from './Lazy.tsx';

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
export function LazyDialogButton<Part>({ face, what, load, onFail, children, ...button }: Props<Part>) {
  const [mounted, setMounted] = useState(false);
  const dialog = useRef<HTMLDialogElement>(null);
  return (
    <>
      <button
        {...button}
        type="button"
        aria-haspopup="dialog"
        onClick={() => {
          setMounted(true);
          dialog.current?.showModal();
        }}
      >
        {face}
      </button>
      {mounted && (
        <Lazy
          what={what}
          load={load}
          onFail={(error) => {
            setMounted(false);
            onFail(error);
          }}
        >
          {(part) => children(part, { ref: dialog, leave: () => setMounted(false) })}
        </Lazy>
      )}
    </>
  );
}
