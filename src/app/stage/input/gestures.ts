import { type PointerEvent, type RefObject, useEffect, useRef, useState } from 'react';
import type { Point } from '../geometry.ts';
import type { StageActions } from './actions.ts';

/** CSS pixels that a pressed pointer may move before it is a drag. */
const SLOP = 4;
/** Exponent of the zoom per CSS pixel of a wheel: a notch of a usual mouse (100) zooms by about a fifth. */
const WHEEL_RATE = 0.002;
/** Pinches on a touch pad arrive as wheel events with Ctrl and small deltas; in Safari, as PINCH_EVENTS. */
const PINCH_RATE = 0.01;
/** Largest factor of one wheel event: some mice send a whole spin at once. */
const WHEEL_LIMIT = 2;
/** CSS pixels per line, for wheels that count in lines. */
const LINE = 16;

const TOUCH_EVENTS = ['touchstart', 'touchend', 'touchcancel'] as const;
const PINCH_EVENTS = ['gesturestart', 'gesturechange'] as const;

const MIDDLE_BUTTON = 1;
const PRIMARY_BUTTON = 0;

export interface StageGestures {
  /** True while the photo follows the pointer. */
  readonly dragging: boolean;
  /** True if a pointer is pressed that no tool has captured. */
  pressing(): boolean;
  /** Continues a press that a tool had captured until now. */
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

/** True if a tool has captured the pointer. Browsers capture each touch on the element that it hits: on the canvas this means nothing. */
function isCapturedByTool({ target, currentTarget, pointerId }: PointerEvent<HTMLElement>): boolean {
  if (target instanceof HTMLCanvasElement) return false;
  let at = target instanceof Element ? target : null;
  while (at && at !== currentTarget && !at.hasPointerCapture(pointerId)) at = at.parentElement;
  return at !== null && at !== currentTarget;
}

/**
 * True if a pointer that left the stage has moved away. A lifted finger leaves too, and so does a lifted pen, before its click: then the
 * crosshair stays at the touched point.
 */
export function hasLeft(pointer: string, { x, y }: Point, { clientWidth, clientHeight }: StageSize): boolean {
  if (pointer !== 'pen') return pointer !== 'touch';
  return x < 0 || y < 0 || x >= clientWidth || y >= clientHeight;
}

/** A pinch on a touch pad in Safari, which sends no wheel events for it. TypeScript's library lacks the type. */
interface TrackpadPinch extends Event {
  /** Distance of the fingers relative to the pinch's beginning. */
  readonly scale: number;
  readonly clientX: number;
  readonly clientY: number;
}
const isTrackpadPinch = (event: Event): event is TrackpadPinch => 'scale' in event && 'clientX' in event;

function wheelFactor(event: WheelEvent, height: number): number {
  const unit = { [WheelEvent.DOM_DELTA_LINE]: LINE, [WheelEvent.DOM_DELTA_PAGE]: height }[event.deltaMode] ?? 1;
  const factor = Math.exp(-event.deltaY * unit * (event.ctrlKey ? PINCH_RATE : WHEEL_RATE));
  return Math.min(WHEEL_LIMIT, Math.max(1 / WHEEL_LIMIT, factor));
}

/**
 * Handles pointing, clicks, drags, pinches and the wheel on the stage's element. The crosshair follows the pointer, also while the photo
 * moves below it. A click holds the crosshair until the pointer has left the stage and come back.
 * A tool on the stage captures the pointer to keep a press for itself, until it hands it back with `takeOver`.
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
      // At the limit of the zoom, the wheel scrolls the page; a pinch (with Ctrl) would start the browser's own zoom.
      if (moved || event.ctrlKey) event.preventDefault();
      if (moved) actions.follow(at);
    }
    let touches = 0;
    function onTouch(event: TouchEvent): void {
      touches = event.touches.length;
      // One finger may scroll the page if the photo is fitted; two fingers are a pinch.
      if (event.type === 'touchstart' && touches > 1 && event.cancelable) event.preventDefault();
    }
    let scale = 1;
    function onGesture(event: Event): void {
      if (!element || !isTrackpadPinch(event)) return;
      // Otherwise Safari would zoom the page.
      event.preventDefault();
      const factor = event.type === 'gesturestart' ? 1 : event.scale / scale;
      scale = event.scale;
      // Fingers on a screen are followed by their pointer events.
      if (touches > 0) return;
      const at = pointIn(element, event);
      if (actions.zoom(factor, at)) actions.follow(at);
    }
    // React's listeners are passive: preventDefault would have no effect.
    element.addEventListener('wheel', onWheel, { passive: false });
    for (const type of TOUCH_EVENTS) element.addEventListener(type, onTouch, { passive: false });
    for (const type of PINCH_EVENTS) element.addEventListener(type, onGesture, { passive: false });
    return () => {
      element.removeEventListener('wheel', onWheel);
      for (const type of TOUCH_EVENTS) element.removeEventListener(type, onTouch);
      for (const type of PINCH_EVENTS) element.removeEventListener(type, onGesture);
    };
  }, [stage, actions]);

  function pinch(id: number, to: Point): void {
    const other = [...pressed.current].find(([each]) => each !== id)?.[1];
    const from = pressed.current.get(id);
    if (!other || !from) return;
    const spread = (point: Point) => Math.max(1, Math.hypot(point.x - other.x, point.y - other.y));
    // The zoom comes first because a fitted photo cannot be moved.
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
      // With the capture, the drag continues outside the stage. An earlier capture would take clicks from the elements below.
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
      if (isCapturedByTool(event)) return;
      // By default the middle button scrolls the page.
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
    // A finger enters with each touch.
    onPointerEnter: actions.release,
    onPointerLeave(event) {
      const { currentTarget, pointerId } = event;
      const from = pressed.current.get(pointerId);
      if (from && pressed.current.size === 1 && !currentTarget.hasPointerCapture(pointerId)) {
        // A fast drag can leave the stage before its first move event on it.
        const at = pointIn(currentTarget, event);
        drag(currentTarget, pointerId, from, at);
        pressed.current.set(pointerId, at);
      }
      if (currentTarget.hasPointerCapture(pointerId)) return;
      release(event);
      if (hasLeft(event.pointerType, pointIn(currentTarget, event), currentTarget)) actions.follow(undefined);
    },
  };
}
