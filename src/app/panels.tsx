import type { FunctionComponent } from 'react';
import { DepthPanel } from '../tasks/depth/Panel.tsx';
import type { DepthView } from '../tasks/depth/view.ts';
import { ReferPanel } from '../tasks/refer/Panel.tsx';
import type { ReferView } from '../tasks/refer/view.ts';
import { SegmentPanel } from '../tasks/segment/Panel.tsx';
import type { SegmentView } from '../tasks/segment/view.ts';
import { stem } from '../ui/format.ts';
import type { TaskId } from '../vpd/config.ts';
import { useApp, useWorkbench } from './context.ts';
import { ablationOf, depthOf, rawMapsOf, referOf, segmentOf } from './probe.ts';
import { useReading } from './Readout.tsx';
import { useMeasurement } from './stage/Measure.tsx';
import { type AppState, selectedPhoto } from './store.ts';

/** Example prompts shown for a photo that brings none of its own. */
const MAX_EXAMPLES = 4;

const useWholeState = () => useApp((state) => state);
const useStem = () => useApp((state) => stem(selectedPhoto(state)?.name ?? ''));
const packOf = ({ engine }: AppState) => (engine.phase === 'ready' ? engine.pack : undefined);

function Depth() {
  const { store, results, session } = useWorkbench();
  const state = useWholeState();
  return (
    <DepthPanel
      view={state.depth}
      onView={(change: Partial<DepthView>) => store.setState({ depth: { ...store.getState().depth, ...change } })}
      scenes={packOf(state)?.scenes ?? []}
      result={depthOf(state, results)}
      pointed={useReading()?.metres}
      stem={useStem()}
      photo={state.selected === undefined ? undefined : results.bitmaps.get(state.selected)}
      measurement={useMeasurement()}
      onError={session.report}
    />
  );
}

function examplesOf(state: AppState): readonly string[] {
  const own = selectedPhoto(state)?.prompts ?? [];
  if (own.length > 0) return own;
  return [...new Set(state.photos.flatMap((photo) => photo.prompts))].slice(0, MAX_EXAMPLES);
}

function Refer() {
  const { store, results, session } = useWorkbench();
  const state = useWholeState();
  const pack = packOf(state);
  return (
    <ReferPanel
      view={state.refer}
      onView={(change: Partial<ReferView>) => store.setState({ refer: { ...store.getState().refer, ...change } })}
      draft={state.draft}
      prompt={state.prompt}
      examples={examplesOf(state)}
      error={state.promptError}
      count={pack && state.promptTokens !== undefined ? { used: state.promptTokens, most: pack.maxTokens } : undefined}
      onDraft={session.setDraft}
      onRun={session.find}
      result={referOf(state, results)}
      raw={rawMapsOf(state, results)}
      ablated={(tokens) => ablationOf(state, results, tokens)}
      pointer={state.crosshair}
      stem={useStem()}
    />
  );
}

function Segment() {
  const { store, results } = useWorkbench();
  const state = useWholeState();
  return (
    <SegmentPanel
      view={state.segment}
      onView={(change: Partial<SegmentView>) => store.setState({ segment: { ...store.getState().segment, ...change } })}
      result={segmentOf(state, results)}
      pointed={useReading()?.classIndex}
      stem={useStem()}
    />
  );
}

/** The panel of each task, wired to the state. */
export const TASK_PANELS = { depth: Depth, refer: Refer, segment: Segment } satisfies Record<TaskId, FunctionComponent>;
