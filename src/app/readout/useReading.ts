import { useApp, useWorkbench } from '../context.ts';
import { type Reading, readAt } from './probe.ts';

/** Returns the values of all tasks at the crosshair. */
export function useReading(): Reading | undefined {
  const { store, results } = useWorkbench();
  useApp((state) => state.crosshair);
  useApp((state) => state.revision);
  useApp((state) => state.refer.level);
  useApp((state) => state.selected);
  // The result for another prompt or scene may be there already: then no run ends, and the revision stays the same.
  useApp((state) => state.prompt);
  useApp((state) => state.depth.scene);
  return readAt(store.getState(), results);
}
