import { type PointerEvent, useEffect, useMemo, useRef } from 'react';
import { largerBrush, smallerBrush } from '../../tasks/refer/masks/MaskTools.tsx';
import { useApp, useWorkbench } from '../context.ts';
import { shownMask } from '../find/masks.ts';
import { runShortcut } from '../shortcuts/shortcuts.ts';
import { takesText } from '../shortcuts/takes-text.ts';
import { usePageShortcuts } from '../shortcuts/usePageShortcuts.ts';
import type { PhotoItem } from '../store.ts';
import { pointOnPhoto, type Rect } from './geometry.ts';
import { isPinch } from './hand-over.ts';
import './brush.css';

interface Props {
  readonly rect: Rect;
  readonly photo: PhotoItem;
  /** Whether fingers move the stage already. */
  pressing(): boolean;
  /** Hands a press to the stage. */
  onGiveUp(press: Press): void;
}

type Press = Pick<PointerEvent, 'pointerId' | 'clientX' | 'clientY'>;

/** A press that this layer holds, where it was last seen. It may have begun beside the photo, and then paints nothing. */
interface Held extends Press {
  readonly pointerType: string;
  readonly paints: boolean;
  /** Time stamp of its beginning. */
  readonly since: number;
  /** CSS pixels along its way. */
  readonly travelled: number;
}

const placeOf = ({ pointerId, clientX, clientY }: Press): Press => ({ pointerId, clientX, clientY });

/** Undo and redo of masks. */
function useMaskKeys(): void {
  const { store, session } = useWorkbench();
  useEffect(() => {
    const handlers = { undo: session.undoMasks, redo: session.redoMasks };
    function key(event: KeyboardEvent): void {
      if (store.getState().task !== 'refer' || event.defaultPrevented || takesText(event.target)) return;
      if (document.querySelector('dialog:modal')) return;
      if (runShortcut('masks', event, handlers)) event.preventDefault();
    }
    window.addEventListener('keydown', key);
    return () => window.removeEventListener('keydown', key);
  }, [store, session]);
}

/** Sizes of the brush, while one is in hand. */
function useSizeKeys(active: boolean): void {
  const { store } = useWorkbench();
  const handlers = useMemo(() => {
    const size = (change: (size: number) => number) => {
      const { refer } = store.getState();
      if (active) store.setState({ refer: { ...refer, brushSize: change(refer.brushSize) } });
    };
    return { smaller: () => size(smallerBrush), larger: () => size(largerBrush) };
  }, [store, active]);
  usePageShortcuts('brush', handlers);
}

/**
 * Takes the pointer while a brush is chosen: a drag paints on the mask on show. A second finger soon after makes it the stage's pinch; any
 * other pointer has to wait for the end of the stroke.
 */
export function BrushLayer({ rect, photo, pressing, onGiveUp }: Props) {
  const { session } = useWorkbench();
  const brush = useApp((state) => state.refer.brush);
  const size = useApp((state) => state.refer.brushSize);
  const crosshair = useApp((state) => state.crosshair);
  const active = useApp((state) => {
    const mask = shownMask(state);
    return state.task === 'refer' && state.refer.brush !== 'off' && mask !== undefined && !mask.hidden;
  });
  const held = useRef<Held>(undefined);
  useMaskKeys();
  useSizeKeys(active);
  if (!active) return null;

  /** Of the brush, in CSS pixels. */
  const radius = ((size / 2) * rect.width) / Math.max(1, photo.width);
  const place = (event: { clientX: number; clientY: number }, box: DOMRect) =>
    pointOnPhoto(rect, event.clientX - box.x, event.clientY - box.y);

  function down(event: PointerEvent<HTMLDivElement>): void {
    // The middle button moves the photo.
    if (event.button !== 0) return;
    const layer = event.currentTarget;
    // A press whose end was not seen, because the layer was gone, is no first finger.
    const first = held.current && layer.hasPointerCapture(held.current.pointerId) ? held.current : undefined;
    const pinch = first ? isPinch({ ...first, age: event.timeStamp - first.since }, event, radius) : pressing();
    if (pinch) {
      giveUp(first, event);
      return;
    }
    // Beside the photo too, and of a pointer that has to wait, so that the stage is not dragged.
    layer.setPointerCapture(event.pointerId);
    if (first) return;
    const at = place(event, layer.getBoundingClientRect());
    const paints = at !== undefined && session.beginStroke(at.u, at.v, (brush === 'erase') !== event.altKey);
    const { pointerType, timeStamp: since } = event;
    held.current = { ...placeOf(event), pointerType, paints, since, travelled: 0 };
  }

  /** Two fingers look closer: what the first of them has painted was not meant. */
  function giveUp(first: Held | undefined, second: Press): void {
    held.current = undefined;
    if (first?.paints) session.takeBackStroke();
    if (first) onGiveUp(first);
    onGiveUp(second);
  }

  function move(event: PointerEvent<HTMLDivElement>): void {
    const before = held.current;
    if (before?.pointerId !== event.pointerId) {
      // The crosshair stays with the stroke.
      if (before && event.currentTarget.hasPointerCapture(before.pointerId)) event.stopPropagation();
      return;
    }
    const step = Math.hypot(event.clientX - before.clientX, event.clientY - before.clientY);
    held.current = { ...before, ...placeOf(event), travelled: before.travelled + step };
    if (!before.paints) return;
    const box = event.currentTarget.getBoundingClientRect();
    // All places since the last frame, so that a quick stroke stays round.
    const all = event.nativeEvent.getCoalescedEvents();
    for (const each of all.length > 0 ? all : [event.nativeEvent]) {
      const u = (each.clientX - box.x - rect.x) / rect.width;
      const v = (each.clientY - box.y - rect.y) / rect.height;
      session.extendStroke(u, v);
    }
  }

  function end({ pointerId }: PointerEvent): void {
    if (held.current?.pointerId === pointerId) held.current = undefined;
  }

  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: painting by keys is the stage's, with its crosshair */}
      <div
        className="brush-layer"
        data-testid="brush-layer"
        onPointerDown={down}
        onPointerMove={move}
        onPointerUp={end}
        onPointerCancel={end}
        // Two quick dabs paint; they do not ask for the whole photo.
        onDoubleClick={(event) => event.stopPropagation()}
      />
      {crosshair && (
        <svg className="brush-ring" data-brush={brush} aria-hidden="true">
          <circle
            cx={rect.x + crosshair.u * rect.width}
            cy={rect.y + crosshair.v * rect.height}
            r={Math.max(1, radius)}
          />
        </svg>
      )}
    </>
  );
}
