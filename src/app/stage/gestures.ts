import { type PointerEvent, type RefObject, useEffect, useRef, useState } from 'react';
import type { StageActions } from './actions.ts';
import type { Point } from './geometry.ts';

/** CSS pixels that a pressed pointer may tremble before it drags. */
const SLOP = 4;
/** Zoom per CSS pixel of a wheel, as an exponent: a notch of a usual mouse (100) is a fifth closer. */
const WHEEL_RATE = 0.002;
/** Pinches on a touch pad arrive as wheel events with Ctrl and small deltas. */
const PINCH_RATE = 0.01;
/** Largest factor of one wheel event: some mice send a whole spin at once. */
const WHEEL_LIMIT = 2;
/** CSS pixels of a wheel that counts in lines. */
const LINE = 16;

const MIDDLE_BUTTON = 1;
const PRIMARY_BUTTON = 0;

export interface StageGestures {
  /** The photo follows the pointer. */
  readonly dragging: boolean;
  /** Whether any pointer is pressed that no tool keeps for itself. */
  pressing(): boolean;
  /** Goes on with a press that a tool has kept for itself so far. */
  takeOver(pointer: Pick<PointerEvent, 'pointerId' | 'clientX' | 'clientY'>): void;
  onPointerDown(event: PointerEvent<HTMLElement>): void;
  onPointerMove(event: PointerEvent<HTMLElement>): void;
  onPointerUp(event: PointerEvent<HTMLElement>): void;
  onPointerEnter(event: PointerEvent<HTMLElement>): void;
  onPointerLeave(event: PointerEvent<HTMLElement>): void;
}

type StageSize = Pick<Element, 'clientWidth' | 'clientHeight'>;

function pointIn(element: Element, event: { clientX: number; clientY: number }): Point {
  const box = element.getBoundingClientRect();
  return { x: event.clientX - box.x, y: event.clientY - box.y };
}

/** A finger's press is captured by what it touches, without asking: on the picture itself that says nothing. */
function takenByTool({ target, currentTarget, pointerId }: PointerEvent<HTMLElement>): boolean {
  if (target instanceof HTMLCanvasElement) return false;
  let at = target instanceof Element ? target : null;
  while (at && at !== currentTarget && !at.hasPointerCapture(pointerId)) at = at.parentElement;
  return at !== null && at !== currentTarget;
}

/**
 * Whether a pointer that left the stage is somewhere else now. A lifted finger leaves too, and so does a lifted pen, before its click: what
 * they touched is still of interest.
 */
export function hasGone(pointer: string, { x, y }: Point, { clientWidth, clientHeight }: StageSize): boolean {
  if (pointer !== 'pen') return pointer !== 'touch';
  return x < 0 || y < 0 || x >= clientWidth || y >= clientHeight;
}

function wheelFactor(event: WheelEvent, height: number): number {
  const unit = { [WheelEvent.DOM_DELTA_LINE]: LINE, [WheelEvent.DOM_DELTA_PAGE]: height }[event.deltaMode] ?? 1;
  const factor = Math.exp(-event.deltaY * unit * (event.ctrlKey ? PINCH_RATE : WHEEL_RATE));
  return Math.min(WHEEL_LIMIT, Math.max(1 / WHEEL_LIMIT, factor));
}

/**
 * Pointing, clicking, dragging, pinching and the wheel, on the stage's element. The crosshair is always what lies under the pointer, also
 * after the photo has moved below it; unless a click holds it: then it stays, and outlives the pointer's leaving, until the pointer is back.
 * A tool that lies on the stage keeps a press for itself by capturing its pointer, until it gives it back (`takeOver`).
 */
export function useStageGestures(stage: RefObject<HTMLElement | null>, actions: StageActions): StageGestures {
  const pressed = useRef(new Map<number, Point>());
  const start = useRef<Point | undefined>(undefined);
  const [dragging, setDragging] = useState(false);

  useEffect(() => {
    const element = stage.current;
    if (!element) return;
    function onWheel(event: WheelEvent): void {
      if (!element || event.deltaY === 0) return;
      const at = pointIn(element, event);
      const moved = actions.zoom(wheelFactor(event, element.clientHeight), at);
      // Where nothing more can be seen, the wheel scrolls the page; but the browser's own zoom stays out of a pinch.
      if (moved || event.ctrlKey) event.preventDefault();
      if (moved) actions.follow(at);
    }
    function onTouch(event: TouchEvent): void {
      // One finger may scroll the page past a fitted photo; two are a pinch.
      if (event.touches.length > 1 && event.cancelable) event.preventDefault();
    }
    // React's own listeners are passive and could not prevent anything.
    element.addEventListener('wheel', onWheel, { passive: false });
    element.addEventListener('touchstart', onTouch, { passive: false });
    return () => {
      element.removeEventListener('wheel', onWheel);
      element.removeEventListener('touchstart', onTouch);
    };
  }, [stage, actions]);

  function pinch(moved: number, to: Point): void {
    const other = [...pressed.current].find(([id]) => id !== moved)?.[1];
    const from = pressed.current.get(moved);
    if (!other || !from) return;
    const spread = (point: Point) => Math.max(1, Math.hypot(point.x - other.x, point.y - other.y));
    // Zoomed first: a fitted photo cannot be moved.
    actions.zoom(spread(to) / spread(from), { x: (from.x + other.x) / 2, y: (from.y + other.y) / 2 });
    actions.pan((to.x - from.x) / 2, (to.y - from.y) / 2);
  }

  const isNear = (start: Point, at: Point) => Math.hypot(at.x - start.x, at.y - start.y) < SLOP;

  function isClick({ type, button, pointerId }: PointerEvent, at: Point): boolean {
    if (type !== 'pointerup' || button !== PRIMARY_BUTTON || dragging || !pressed.current.has(pointerId)) return false;
    return start.current !== undefined && isNear(start.current, at);
  }

  function drag(element: Element, id: number, from: Point, to: Point): void {
    if (!start.current) return;
    if (!dragging) {
      if (isNear(start.current, to)) return;
      setDragging(true);
      // From here on the drag goes on outside the stage; before, it would take clicks from what lies below.
      element.setPointerCapture(id);
    }
    actions.pan(to.x - from.x, to.y - from.y);
  }

  function release(event: PointerEvent<HTMLElement>): void {
    pressed.current.delete(event.pointerId);
    start.current = undefined;
    setDragging(false);
  }

  return {
    dragging,
    pressing: () => pressed.current.size > 0,
    takeOver(pointer) {
      const element = stage.current;
      if (!element) return;
      pressed.current.set(pointer.pointerId, pointIn(element, pointer));
      element.setPointerCapture(pointer.pointerId);
    },
    onPointerDown(event) {
      if (event.button !== PRIMARY_BUTTON && event.button !== MIDDLE_BUTTON) return;
      if (takenByTool(event)) return;
      // The middle button would scroll the page by itself.
      if (event.button === MIDDLE_BUTTON) event.preventDefault();
      const at = pointIn(event.currentTarget, event);
      pressed.current.set(event.pointerId, at);
      start.current = pressed.current.size === 1 ? at : undefined;
      if (pressed.current.size === 1) actions.follow(at);
    },
    onPointerMove(event) {
      const at = pointIn(event.currentTarget, event);
      const from = pressed.current.get(event.pointerId);
      if (from && pressed.current.size > 1) pinch(event.pointerId, at);
      else {
        if (from) drag(event.currentTarget, event.pointerId, from, at);
        actions.follow(at);
      }
      if (from) pressed.current.set(event.pointerId, at);
    },
    onPointerUp(event) {
      const at = pointIn(event.currentTarget, event);
      if (isClick(event, at)) actions.click(at);
      release(event);
    },
    // For a finger, each touch.
    onPointerEnter: actions.release,
    onPointerLeave(event) {
      const { currentTarget, pointerId } = event;
      const from = pressed.current.get(pointerId);
      if (from && pressed.current.size === 1 && !currentTarget.hasPointerCapture(pointerId)) {
        // A flick is off the stage before it was seen to move on it.
        const at = pointIn(currentTarget, event);
        drag(currentTarget, pointerId, from, at);
        pressed.current.set(pointerId, at);
      }
      if (currentTarget.hasPointerCapture(pointerId)) return;
      release(event);
      if (hasGone(event.pointerType, pointIn(currentTarget, event), currentTarget)) actions.follow(undefined);
    },
  };
}
