import { useMemo } from 'react';
import { useWorkbench } from '../context.ts';
import { usePageShortcuts } from '../shortcuts/usePageShortcuts.ts';

/** Stops the engine's current work, as Escape does if nothing else takes it. */
export function StopButton() {
  const { session } = useWorkbench();
  usePageShortcuts(
    'work',
    useMemo(() => ({ stop: session.stop }), [session]),
  );
  return (
    <button
      type="button"
      className="button small"
      title="Stop (Esc)"
      onClick={session.stop}
      // On the stage, a press would move the crosshair.
      onPointerDown={(event) => event.stopPropagation()}
    >
      Stop
    </button>
  );
}
