import { useMemo } from 'react';
import { useApp, useWorkbench } from '../context.ts';
import { isToolInUse } from '../shortcuts/tool-in-use.ts';
import { usePageShortcuts } from '../shortcuts/usePageShortcuts.ts';

/** Stops the engine's current work, as Escape does if nothing else takes it; or calls `onStop`, which must stay the same function. */
export function StopButton({ onStop }: { readonly onStop?: () => void }) {
  const { session } = useWorkbench();
  const stop = onStop ?? session.stop;
  const inUse = useApp(isToolInUse);
  usePageShortcuts(
    'work',
    useMemo(() => (inUse ? undefined : { stop }), [stop, inUse]),
  );
  return (
    <button
      type="button"
      className="button small"
      title="Stop (Esc)"
      onClick={stop}
      // On the stage, a press would move the crosshair.
      onPointerDown={(event) => event.stopPropagation()}
    >
      Stop
    </button>
  );
}
