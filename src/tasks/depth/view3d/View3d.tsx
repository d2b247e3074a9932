import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { DepthResult } from '../../../engine/results.ts';
import { toVpdError } from '../../../errors.ts';
import { Choice } from '../../../ui/Choice.tsx';
import { Icon } from '../../../ui/Icon.tsx';
import { type KeyHandlers, runKey } from '../../../ui/keys.ts';
import { buildRelief } from '../geometry/geometry-client.ts';
import { latestOnly } from '../geometry/latest-only.ts';
import type { SurfaceRequest } from '../geometry/protocol.ts';
import type { Lens } from '../lens.ts';
import { SurfaceControls } from '../SurfaceControls.tsx';
import type { DepthView } from '../view.ts';
import { type Counts, counted, nothingShown } from './counts.ts';
import { SPACE_KEYS } from './keys.ts';
import { createScene3d, type Look, type Scene3d } from './scene3d.ts';

/** A phone's GPU turns this many without stutter. */
const MAX_VERTICES = 300_000;
/** Delay after a slider's step, so that not every step builds a surface. */
const REBUILD_DELAY_MS = 120;
/** Steps of the keys: radians, share of the distance, factor of the distance. */
const TURN = 0.12;
const MOVE = 0.06;
const ZOOM = 1.15;
const LOOKS = [
  { value: 'mesh', label: 'Surface' },
  { value: 'points', label: 'Points' },
] as const;

const WAYS: Readonly<Record<string, readonly [right: number, up: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

function wayOf(key: string, step: number): readonly [right: number, up: number] {
  const [right, up] = WAYS[key] ?? [0, 0];
  return [step * right, step * up];
}

const newestRelief = latestOnly((surface: SurfaceRequest) => buildRelief(surface, MAX_VERTICES));

interface Props {
  readonly result: DepthResult;
  readonly photo: ImageBitmap;
  readonly lens: Lens;
  readonly view: DepthView;
  onView(change: Partial<DepthView>): void;
  onClose(): void;
}

/** 3D view of the photo, a dialog over the whole window. */
export function View3d({ result, photo, lens, view, onView, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const stage = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [scene, setScene] = useState<Scene3d>();
  const [look, setLook] = useState<Look>('mesh');
  const [counts, setCounts] = useState<Counts>();
  const [problem, setProblem] = useState<string>();
  const { fov } = lens;
  const { edgeAngle } = view;

  useEffect(() => {
    dialog.current?.showModal();
    const element = canvas.current;
    if (!element) return;
    stage.current?.focus();
    let made: Scene3d | undefined;
    try {
      made = createScene3d(element, photo, ({ x, y, z }) => {
        if (stage.current) stage.current.dataset.camera = [x, y, z].map((metres) => metres.toFixed(3)).join(' ');
      });
    } catch {
      setProblem(
        'This browser has no WebGL2, which draws in 3D. The PLY and GLB files can be opened in other programs.',
      );
    }
    setScene(made);
    return () => made?.dispose();
  }, [photo]);

  useEffect(() => {
    if (!scene) return;
    let stale = false;
    const build = async () => {
      const { metres, width, height } = result;
      try {
        const relief = await newestRelief({ depth: { metres, width, height }, photo, fov, edgeAngle });
        if (!relief || stale) return;
        scene.setRelief(relief);
        setCounts({ points: relief.positions.length / 3, triangles: relief.indices.length / 3 });
        setProblem(undefined);
      } catch (thrown) {
        if (!stale) setProblem(toVpdError(thrown).message);
      }
    };
    const timer = setTimeout(() => void build(), REBUILD_DELAY_MS);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [scene, result, photo, fov, edgeAngle]);

  useEffect(() => scene?.setLook(look), [scene, look]);

  const nothing = counts && nothingShown(look, counts, result);

  function key(event: KeyboardEvent): void {
    const handlers: KeyHandlers<typeof SPACE_KEYS> = {
      turn: (pressed) => scene?.turn(...wayOf(pressed, TURN)),
      move: (pressed) => scene?.move(...wayOf(pressed, MOVE)),
      closer: () => scene?.zoom(1 / ZOOM),
      farther: () => scene?.zoom(ZOOM),
      reset: () => scene?.reset(),
      close: () => dialog.current?.close(),
    };
    if (runKey(SPACE_KEYS, event, handlers)) event.preventDefault();
  }

  return (
    <dialog ref={dialog} className="space" aria-label="3D view" onClose={onClose}>
      <header className="space-bar">
        <h2>3D view</h2>
        <p className="quiet figure space-counts" role="status" data-testid="space-counts">
          {counts && `${counted(counts.points, 'point')}, ${counted(counts.triangles, 'triangle')}`}
        </p>
        <Choice<Look> label="Show as" value={look} options={LOOKS} onChange={setLook} />
        <button type="button" className="button small" onClick={() => scene?.reset()}>
          Reset view
        </button>
        <button
          type="button"
          className="icon-button"
          aria-label="Close the 3D view"
          onClick={() => dialog.current?.close()}
        >
          <Icon name="close" />
        </button>
      </header>
      <div
        ref={stage}
        className="space-stage"
        role="application"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the view is turned by keys, as the label says
        tabIndex={0}
        aria-label="The photo in space. Arrow keys turn it, with Shift they move it; plus and minus zoom, R resets, Escape closes."
        data-testid="space"
        data-points={counts?.points}
        data-triangles={counts?.triangles}
        onKeyDown={key}
      >
        <canvas ref={canvas} className="space-canvas" />
      </div>
      {(problem ?? nothing) && (
        <p className="space-problem" role="alert">
          {problem ?? nothing}
        </p>
      )}
      <footer className="space-foot">
        <SurfaceControls view={view} lens={lens} onView={onView} />
        <p className="hint">
          <span className="space-mouse">
            Drag turns, right drag moves, the wheel zooms.
            <span className="space-keys"> Keys: arrows, Shift + arrows, + and −, R.</span>
          </span>
          <span className="space-touch">One finger turns, two fingers move and zoom.</span>
        </p>
      </footer>
    </dialog>
  );
}
