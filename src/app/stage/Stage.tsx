import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { ProgressNote } from '../../ui/Progress.tsx';
import { useApp, useWorkbench } from '../context.ts';
import { pickMask } from '../find/pick-mask.ts';
import { runShortcut } from '../shortcuts/shortcuts.ts';
import { usePageShortcuts } from '../shortcuts/usePageShortcuts.ts';
import { selectedPhoto } from '../store.ts';
import { EmptyStage } from './EmptyStage.tsx';
import type { Point } from './geometry.ts';
import { attachStage } from './gl/painter.ts';
import { createStageActions } from './input/actions.ts';
import { useStageGestures } from './input/gestures.ts';
import { stageKeys, viewKeys } from './input/keys.ts';
import { useSpaceHand } from './input/space.ts';
import { BrushLayer } from './overlays/BrushLayer.tsx';
import { CompareHandle } from './overlays/CompareHandle.tsx';
import { Crosshair } from './overlays/Crosshair.tsx';
import { MeasureLayer } from './overlays/MeasureLayer.tsx';
import { useMeasuring } from './overlays/measure.ts';
import { photoRect } from './place.ts';
import { StopButton } from './StopButton.tsx';
import { isTwoSided } from './sides.ts';
import './stage.css';

/** The photo with its layers, the crosshair and the tools that lie on it. */
export function Stage() {
  const workbench = useWorkbench();
  const { store, session } = workbench;
  const photo = useApp(selectedPhoto);
  const run = useApp((state) => state.run);
  const engine = useApp((state) => state.engine);
  const stage = useApp((state) => state.stage);
  const sides = useApp(isTwoSided);
  const element = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [problem, setProblem] = useState<string>();
  const [layered, setLayered] = useState(false);
  const shown = photo?.state === 'ready';
  const space = useSpaceHand(element, shown);

  const actions = useMemo(() => createStageActions(store), [store]);
  const gestures = useMemo(
    () => ({
      ...actions,
      click(at: Point) {
        const click = actions.click(at);
        if (click) pickMask(workbench, click);
        return click;
      },
    }),
    [actions, workbench],
  );
  const { dragging, pressing, takeOver, ...pointing } = useStageGestures(element, gestures);
  const keys = useMemo(() => stageKeys(actions, workbench), [actions, workbench]);
  usePageShortcuts(
    'view',
    useMemo(() => viewKeys(actions), [actions]),
  );

  useEffect(() => {
    const target = canvas.current;
    if (!target) return undefined;
    const listeners = { onProblem: setProblem, onLayers: setLayered, onError: session.showError };
    return attachStage(target, workbench, listeners);
  }, [workbench, session]);

  const rect = photoRect(store.getState());
  const measuring = useMeasuring();

  function key(event: KeyboardEvent): void {
    // The compare handle and other controls on the stage handle their own keys.
    if (event.target !== event.currentTarget || !shown) return;
    // Without a crosshair to hide, Escape stops the current work.
    if (event.key === 'Escape' && !store.getState().crosshair) return;
    if (runShortcut('stage', event, keys, space)) event.preventDefault();
  }

  return (
    <div
      ref={element}
      className="stage"
      role="application"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the crosshair is moved by keys, as the label says
      tabIndex={0}
      aria-label={
        shown
          ? `${photo.name}. Arrow keys move the crosshair, with Shift by one pixel; Escape hides it; question mark lists all keys.`
          : 'Stage: the photo and its layers'
      }
      {...pointing}
      onPointerCancel={pointing.onPointerUp}
      onDoubleClick={actions.fit}
      onKeyDown={key}
      {...measuring}
      data-testid="stage"
      data-rect={`${rect.x} ${rect.y} ${rect.width} ${rect.height}`}
      data-zoomed={stage.view.scale > 1 || undefined}
      data-dragging={dragging || undefined}
      data-hand={space || undefined}
    >
      {photo && !shown && photo.url && <img className="stage-preview" src={photo.url} alt="" />}
      <canvas ref={canvas} className="stage-canvas" />
      {shown && <Crosshair rect={rect} />}
      {shown && <BrushLayer rect={rect} photo={photo} pressing={pressing} onHandOver={takeOver} />}
      {shown && <MeasureLayer rect={rect} />}
      {shown && layered && (stage.photo || sides) && stage.layers && <CompareHandle actions={actions} />}
      {!photo && <EmptyStage />}
      {problem && (
        <p className="stage-message" role="alert">
          {problem}
        </p>
      )}
      <div className="stage-progress" role="status">
        {engine.phase === 'starting' && photo && (
          <ProgressNote active progress={engine.progress}>
            <StopButton />
          </ProgressNote>
        )}
        {photo?.state === 'waiting' && (
          <ProgressNote
            key={photo.id}
            active
            progress={{ label: `Opening ${photo.name}`, done: 0, total: 0, unit: 'steps' }}
          />
        )}
        {run?.phase === 'running' && (
          <ProgressNote key={run.key} active progress={run.progress}>
            <StopButton />
          </ProgressNote>
        )}
      </div>
    </div>
  );
}
