import { type ReactNode, useRef } from 'react';

interface Props {
  readonly className: string;
  readonly label?: string;
  readonly disabled?: boolean;
  onFolder(files: readonly File[]): void;
  readonly children: ReactNode;
}

/** Some browsers, mainly on phones, cannot pick folders. */
const canPickFolders = 'webkitdirectory' in HTMLInputElement.prototype;

/** Opens the browser's picker for folders; absent where there is none. */
export function FolderButton({ className, label, disabled, onFolder, children }: Props) {
  const input = useRef<HTMLInputElement>(null);
  if (!canPickFolders) return null;
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
          if (element) element.webkitdirectory = true;
        }}
        type="file"
        hidden
        data-testid="folder"
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          // Reset, so that choosing the same folder again is a change and fires an event.
          event.currentTarget.value = '';
          if (files.length > 0) onFolder(files);
        }}
      />
    </>
  );
}
