import type { FunctionComponent, ReactNode } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { stem } from '../../format.ts';
import { DepthPanel } from '../../tasks/depth/Panel.tsx';
import type { DepthView } from '../../tasks/depth/view.ts';
import type { PhotoSize } from '../../tasks/photo-size.ts';
import { PointedClass, PointedDepth, PointedPlace } from '../../tasks/pointed.ts';
import type { SentPhoto } from '../../tasks/refer/mask-files.ts';
import { ReferPanel } from '../../tasks/refer/Panel.tsx';
import type { ReferView } from '../../tasks/refer/view.ts';
import { SegmentPanel } from '../../tasks/segment/Panel.tsx';
import type { SegmentView } from '../../tasks/segment/view.ts';
import type { TaskId } from '../../vpd/config.ts';
import { useApp, useWorkbench } from '../context.ts';
import { examplesOf } from '../find/examples.ts';
import { maskShapes, masksOf } from '../find/masks.ts';
import type { Media } from '../photos/media.ts';
import { useReading } from '../readout/useReading.ts';
import {
  ablationOf,
  classAblationOf,
  classNamesOf,
  depthOf,
  otherOrigin,
  rawMapsOf,
  sceneOf,
  segmentOf,
  shownLens,
} from '../results/selectors.ts';
import { FilesNote } from '../second-model/FilesNote.tsx';
import { classHeatOfSecond, whyMeans, wordHeatOfSecond } from '../second-model/heat.ts';
import { useMeasurement } from '../stage/overlays/measure.ts';
import { packOf, type SteadyState, selectedPhoto, steadyState } from '../store.ts';
import { reveal } from '../strip/reveal.ts';

/** Returns the state without what often changes, so that this does not render the panel again. */
const useSteadyState = (): SteadyState => useApp(useShallow(steadyState));
const useStem = () => useApp((state) => stem(selectedPhoto(state)?.name ?? ''));

/** Returns the pixels of the selected photo; undefined before it is decoded. */
function sizeOf(state: SteadyState): PhotoSize | undefined {
  const photo = selectedPhoto(state);
  return photo && photo.width > 0 ? { width: photo.width, height: photo.height } : undefined;
}

function Depth() {
  const { store, results, media, session } = useWorkbench();
  const state = useSteadyState();
  return (
    <DepthPanel
      view={{ ...state.depth, scene: sceneOf(state) }}
      onView={(change: Partial<DepthView>) => store.setState({ depth: { ...store.getState().depth, ...change } })}
      scenes={packOf(state)?.scenes ?? []}
      result={depthOf(state, results)}
      lens={shownLens(state, results)}
      stem={useStem()}
      size={sizeOf(state)}
      photo={state.selected === undefined ? undefined : media.bitmaps.get(state.selected)}
      measurement={useMeasurement()}
      filesNote={<FilesNote />}
      onError={session.showError}
    />
  );
}

/** Returns the selected photo as exports need it; undefined until it is ready. */
function photoOf(state: SteadyState, media: Media): SentPhoto | undefined {
  const photo = selectedPhoto(state);
  if (photo?.state !== 'ready') return undefined;
  return { name: photo.name, width: photo.width, height: photo.height, file: media.files.get(photo.id) };
}

function Refer() {
  const { store, results, media, session } = useWorkbench();
  const state = useSteadyState();
  const pack = packOf(state);
  const byOther = otherOrigin(state, results) !== undefined;
  const examples = examplesOf(state, results);
  return (
    <ReferPanel
      view={state.refer}
      onView={(change: Partial<ReferView>) => store.setState({ refer: { ...store.getState().refer, ...change } })}
      draft={state.draft}
      prompt={state.prompt}
      examples={examples.prompts}
      borrowed={examples.from === 'samples'}
      recent={state.recent}
      onForget={session.forgetRecent}
      error={state.promptError}
      count={pack && state.promptTokens !== undefined ? { used: state.promptTokens, most: pack.maxTokens } : undefined}
      cut={state.promptCut}
      onDraft={session.setDraft}
      onRun={session.find}
      history={masksOf(state)}
      masks={maskShapes(state, results)}
      onChange={session.changeMask}
      onRemove={session.removeMask}
      onUndo={session.undoMasks}
      onRedo={session.redoMasks}
      raw={rawMapsOf(state, results)}
      ablated={(tokens) => ablationOf(state, results, tokens)}
      byOther={byOther}
      otherHeat={wordHeatOfSecond(state, results)}
      whyMeans={whyMeans(state, results)}
      filesNote={<FilesNote />}
      absence={byOther ? undefined : pack?.absence}
      head={pack?.tasks.includes('refer') ?? true}
      onZeroShot={session.setZeroShot}
      photo={photoOf(state, media)}
      onError={session.showError}
    />
  );
}

/** Scrolls the panel, but not the page, whose upper part is the photo in narrow windows. */
function revealInPanel(row: Element): void {
  const panel = row.closest('.panel');
  if (panel) reveal(panel, row);
}

function Segment() {
  const { store, results, session } = useWorkbench();
  const state = useSteadyState();
  return (
    <SegmentPanel
      view={state.segment}
      onView={(change: Partial<SegmentView>) => store.setState({ segment: { ...store.getState().segment, ...change } })}
      result={segmentOf(state, results)}
      picked={useApp(({ crosshair }) => (crosshair?.held ? crosshair : undefined))}
      onPicked={revealInPanel}
      stem={useStem()}
      size={sizeOf(state)}
      names={classNamesOf(state, results)}
      byOther={otherOrigin(state, results) !== undefined}
      ablated={classAblationOf(state, results)}
      otherHeat={classHeatOfSecond(state, results)}
      filesNote={<FilesNote />}
      onError={session.showError}
    />
  );
}

/** Gives a panel what is at the crosshair. A move of the pointer renders this component, but not its children. */
export function AtCrosshair({ children }: { readonly children: ReactNode }) {
  const reading = useReading();
  const place = useApp((state) => state.crosshair);
  return (
    <PointedDepth value={reading?.metres}>
      <PointedClass value={reading?.classIndex}>
        <PointedPlace value={place}>{children}</PointedPlace>
      </PointedClass>
    </PointedDepth>
  );
}

/** The panel of each task, wired to the state. */
export const TASK_PANELS = { depth: Depth, refer: Refer, segment: Segment } satisfies Record<TaskId, FunctionComponent>;
