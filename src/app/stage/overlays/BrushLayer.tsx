import { type PointerEvent, useEffect, useMemo, useRef } from 'react';
import { largerBrush, smallerBrush } from '../../../tasks/refer/masks/MaskTools.tsx';
import { isModalOpen } from '../../../ui/modal.ts';
import { useApp, useWorkbench } from '../../context.ts';
import { shownMask } from '../../find/masks.ts';
import { runShortcut } from '../../shortcuts/shortcuts.ts';
import { takesText } from '../../shortcuts/takes-text.ts';
import { usePageShortcuts } from '../../shortcuts/usePageShortcuts.ts';
import type { PhotoItem } from '../../store.ts';
import { pointOnPhoto, type Rect } from '../geometry.ts';
import { isPinch } from '../input/brush-or-pinch.ts';
import './brush.css';

interface Props {
  readonly rect: Rect;
  readonly photo: PhotoItem;
  /** True if another pointer already moves the stage. */
  pressing(): boolean;
  /** Hands a press to the stage. */
  onHandOver(press: Press): void;
}

type Press = Pick<PointerEvent, 'pointerId' | 'clientX' | 'clientY'>;

/** A press that this layer has captured, at its last position. If it began outside the photo, it paints nothing. */
interface Held extends Press {
  readonly pointerType: string;
  readonly paints: boolean;
  /** Time stamp of its start, in milliseconds. */
  readonly since: number;
  /** Length of its path in CSS pixels. */
  readonly travelled: number;
}

const placeOf = ({ pointerId, clientX, clientY }: Press): Press => ({ pointerId, clientX, clientY });

/** Handles the keys for undo and redo of masks. */
function useMaskKeys(): void {
  const { store, session } = useWorkbench();
  useEffect(() => {
    const handlers = { undo: session.undoMasks, redo: session.redoMasks };
    function key(event: KeyboardEvent): void {
      if (store.getState().task !== 'refer' || event.defaultPrevented || takesText(event.target)) return;
      if (isModalOpen()) return;
      if (runShortcut('masks', event, handlers)) event.preventDefault();
    }
    window.addEventListener('keydown', key);
    return () => window.removeEventListener('keydown', key);
  }, [store, session]);
}

/** Handles the keys for the size of the brush while it is active. */
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
 * Captures the pointer while a brush is selected: a drag paints on the shown mask. A second finger soon after the first hands both to the
 * stage, as a pinch; any other pointer is ignored until the stroke ends.
 */
export function BrushLayer({ rect, photo, pressing, onHandOver }: Props) {
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

  /** Radius of the brush in CSS pixels. */
  const radius = ((size / 2) * rect.width) / Math.max(1, photo.width);
  const place = (event: { clientX: number; clientY: number }, box: DOMRect) =>
    pointOnPhoto(rect, event.clientX - box.x, event.clientY - box.y);

  function down(event: PointerEvent<HTMLDivElement>): void {
    // The middle button moves the photo.
    if (event.button !== 0) return;
    const layer = event.currentTarget;
    // A press does not count if its end was missed because the layer was not mounted.
    const first = held.current && layer.hasPointerCapture(held.current.pointerId) ? held.current : undefined;
    const pinch = first ? isPinch({ ...first, age: event.timeStamp - first.since }, event, radius) : pressing();
    if (pinch) {
      handOver(first, event);
      return;
    }
    // Captured outside the photo and during another stroke, too, so that the stage is not dragged.
    layer.setPointerCapture(event.pointerId);
    if (first) return;
    const at = place(event, layer.getBoundingClientRect());
    const paints = at !== undefined && session.beginStroke(at.u, at.v, (brush === 'erase') !== event.altKey);
    const { pointerType, timeStamp: since } = event;
    held.current = { ...placeOf(event), pointerType, paints, since, travelled: 0 };
  }

  /** Hands a pinch to the stage, and cancels what its first finger has painted. */
  function handOver(first: Held | undefined, second: Press): void {
    held.current = undefined;
    if (first?.paints) session.cancelStroke();
    if (first) onHandOver(first);
    onHandOver(second);
  }

  function move(event: PointerEvent<HTMLDivElement>): void {
    const before = held.current;
    if (before?.pointerId !== event.pointerId) {
      // The crosshair follows the stroke, not another pointer.
      if (before && event.currentTarget.hasPointerCapture(before.pointerId)) event.stopPropagation();
      return;
    }
    const step = Math.hypot(event.clientX - before.clientX, event.clientY - before.clientY);
    held.current = { ...before, ...placeOf(event), travelled: before.travelled + step };
    if (!before.paints) return;
    const box = event.currentTarget.getBoundingClientRect();
    // All positions since the last frame, so that a fast stroke stays smooth.
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
      {/* It only takes the pointer: by keys the stage paints, at its crosshair. */}
      <div
        className="brush-layer"
        aria-hidden="true"
        data-testid="brush-layer"
        onPointerDown={down}
        onPointerMove={move}
        onPointerUp={end}
        onPointerCancel={end}
        // A double click paints; it must not reset the view.
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
