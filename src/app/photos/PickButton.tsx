import { type ReactNode, useRef } from 'react';
import { useWorkbench } from '../context.ts';

interface Props {
  readonly className: string;
  readonly label?: string;
  readonly children: ReactNode;
}

/** Opens the file picker for photos and reports. */
export function PickButton({ className, label, children }: Props) {
  const { session } = useWorkbench();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button
        type="button"
        className={className}
        aria-label={label}
        title={label}
        onClick={() => input.current?.click()}
      >
        {children}
      </button>
      <input
        ref={input}
        type="file"
        accept="image/*,.html"
        multiple
        hidden
        onChange={(event) => {
          session.addFiles([...(event.currentTarget.files ?? [])]);
          // Reset, so that choosing the same file again is a change and fires an event.
          event.currentTarget.value = '';
        }}
      />
    </>
  );
}
