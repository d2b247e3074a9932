import { type ReactNode, useRef } from 'react';
import { useWorkbench } from '../context.ts';
import type { GivenFile } from './given.ts';

/** Not yet known to TypeScript's library. */
interface Picker {
  showOpenFilePicker(options: { readonly multiple: boolean }): Promise<FileSystemFileHandle[]>;
}
const hasPicker = (scope: object): scope is Picker => 'showOpenFilePicker' in scope;

interface Props {
  readonly primary?: boolean;
  readonly children: ReactNode;
}

/** Button that opens the file picker. If the browser provides handles, the files can be read again after a reload. */
export function PickWeights({ primary = false, children }: Props) {
  const { session } = useWorkbench();
  const input = useRef<HTMLInputElement>(null);
  const add = (files: readonly GivenFile[]) => {
    if (files.length > 0) session.convert((controller) => controller.add(files));
  };
  const pick = async () => {
    if (!hasPicker(window)) return input.current?.click();
    try {
      const handles = await window.showOpenFilePicker({ multiple: true });
      add(await Promise.all(handles.map(async (handle) => ({ file: await handle.getFile(), handle }))));
    } catch (thrown) {
      // AbortError: the picker was closed without a choice.
      if (!(thrown instanceof DOMException && thrown.name === 'AbortError')) input.current?.click();
    }
  };
  return (
    <>
      <button type="button" className={primary ? 'button primary' : 'button'} onClick={() => void pick()}>
        {children}
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        data-testid="weights-input"
        onChange={(event) => {
          add([...(event.currentTarget.files ?? [])].map((file) => ({ file })));
          // Without this, choosing the same file again would be no change, hence no event.
          event.currentTarget.value = '';
        }}
      />
    </>
  );
}
