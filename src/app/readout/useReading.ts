import { useApp, useWorkbench } from '../context.ts';
import { type Reading, readAt } from './probe.ts';

/** What is known at the crosshair, across tasks. */
export function useReading(): Reading | undefined {
  const { store, results } = useWorkbench();
  useApp((state) => state.crosshair);
  useApp((state) => state.revision);
  useApp((state) => state.refer.level);
  useApp((state) => state.selected);
  // Another prompt's or scene's result may be there already: no run ends, and the revision stays.
  useApp((state) => state.prompt);
  useApp((state) => state.depth.scene);
  return readAt(store.getState(), results);
}
