import { type ReactNode, useRef } from 'react';
import { useWorkbench } from '../context.ts';

interface Props {
  readonly className: string;
  readonly label?: string;
  readonly children: ReactNode;
}

/** Opens the file picker: photos, and reports. */
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
          // The same file can be chosen again: without this there is no change, hence no event.
          event.currentTarget.value = '';
        }}
      />
    </>
  );
}
