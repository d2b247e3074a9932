import { type ReactNode, useRef } from 'react';

export interface FileButtonProps {
  readonly className: string;
  readonly label?: string;
  readonly disabled?: boolean;
  readonly children: ReactNode;
}

interface Props extends FileButtonProps {
  /** What is picked: several files of these kinds, or a whole folder. */
  readonly pick: { readonly accept: string } | 'folder';
  onFiles(files: readonly File[]): void;
}

/** Opens the browser's picker; does nothing if nothing is picked. */
export function FileButton({ className, label, disabled, children, pick, onFiles }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const folder = pick === 'folder';
  return (
    <>
      <button
        type="button"
        className={className}
        aria-label={label}
        title={label}
        disabled={disabled}
        onClick={() => input.current?.click()}
      >
        {children}
      </button>
      <input
        ref={(element) => {
          input.current = element;
          // Not among React's attributes.
          if (element && folder) element.webkitdirectory = true;
        }}
        type="file"
        accept={folder ? undefined : pick.accept}
        multiple={!folder}
        hidden
        data-testid={folder ? 'folder' : undefined}
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          // Reset, so that the same choice again is a change and fires an event.
          event.currentTarget.value = '';
          if (files.length > 0) onFiles(files);
        }}
      />
    </>
  );
}
