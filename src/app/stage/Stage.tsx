import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react';
import { ProgressNote } from '../../ui/Progress.tsx';
import { useApp, useWorkbench } from '../context.ts';
import { selectedPhoto } from '../store.ts';
import { BrushLayer } from './BrushLayer.tsx';
import { Crosshair } from './Crosshair.tsx';
import { EmptyStage } from './EmptyStage.tsx';
import { movePoint, pointOnPhoto, type Rect } from './geometry.ts';
import { attachStage } from './painter.ts';

/** Steps of the keyboard's crosshair, in pixels of the photo. */
const STEP = 8;
const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The photo with the task's layer over it, and the crosshair that every read-out follows. */
export function Stage() {
  const { store, results } = useWorkbench();
  const photo = useApp(selectedPhoto);
  const run = useApp((state) => state.run);
  const engine = useApp((state) => state.engine);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [rect, setRect] = useState<Rect>({ x: 0, y: 0, width: 0, height: 0 });
  const [supported, setSupported] = useState(true);

  useEffect(() => {
    const element = canvas.current;
    return element ? attachStage(element, store, results, { onRect: setRect, onSupport: setSupported }) : undefined;
  }, [store, results]);

  const shown = photo?.state === 'ready';

  function point(event: PointerEvent<HTMLDivElement>): void {
    const box = event.currentTarget.getBoundingClientRect();
    const at = pointOnPhoto(rect, event.clientX - box.x, event.clientY - box.y);
    store.setState({ crosshair: at && shown ? { ...at, by: 'pointer' } : undefined });
  }

  function leave(event: PointerEvent): void {
    // A lifted finger leaves too, but what it touched is still of interest.
    if (event.pointerType !== 'touch') store.setState({ crosshair: undefined });
  }

  function key(event: KeyboardEvent): void {
    const way = ARROWS[event.key];
    if (event.key === 'Escape') store.setState({ crosshair: undefined });
    if (!way || !photo || !shown) return;
    event.preventDefault();
    const step = event.shiftKey ? 1 : STEP;
    const from = store.getState().crosshair ?? { u: 0.5, v: 0.5 };
    store.setState({ crosshair: { ...movePoint(from, way[0] * step, way[1] * step, photo), by: 'keys' } });
  }

  return (
    <div
      className="stage"
      role="application"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the crosshair is moved by keys, as the label says
      tabIndex={0}
      aria-label={
        shown
          ? `${photo.name}. Arrow keys move the crosshair, with Shift by one pixel; Escape hides it.`
          : 'Stage: the photo and what is seen in it'
      }
      onPointerMove={point}
      onPointerDown={point}
      onPointerLeave={leave}
      onKeyDown={key}
      data-testid="stage"
      data-rect={`${rect.x} ${rect.y} ${rect.width} ${rect.height}`}
    >
      {photo && !shown && photo.url && <img className="stage-preview" src={photo.url} alt="" />}
      <canvas ref={canvas} className="stage-canvas" />
      {shown && <Crosshair rect={rect} />}
      {shown && <BrushLayer rect={rect} photo={photo} />}
      {!photo && <EmptyStage />}
      {!supported && (
        <p className="stage-message">
          This browser has no WebGL2, which draws the pictures here. Downloads and figures still work; use a current
          Chrome, Edge, Firefox or Safari with hardware acceleration.
        </p>
      )}
      <div className="stage-progress" role="status">
        {engine.phase === 'starting' && photo && <ProgressNote active progress={engine.progress} />}
        {photo?.state === 'waiting' && (
          <ProgressNote active progress={{ label: `Opening ${photo.name}`, done: 0, total: 0, unit: 'steps' }} />
        )}
        {run?.phase === 'running' && <ProgressNote key={run.key} active progress={run.progress} />}
      </div>
    </div>
  );
}
