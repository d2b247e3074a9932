import { INSIDE } from '../../../image/mask.ts';
import type { Stroke } from '../../../image/stroke.ts';

/** A mask in the list of a photo: small facts alone; its pixels follow from them and the prompt's result (`shape.ts`). */
export interface MaskItem {
  /** What it answers; one mask per prompt and photo, so this is its id too. */
  readonly prompt: string;
  readonly name: string;
  /** Index into the palette. */
  readonly colour: number;
  readonly hidden: boolean;
  /** Probability above which a pixel is inside. */
  readonly threshold: number;
  /** Pieces smaller than this share of the photo are removed, and enclosed holes smaller than that one are filled. */
  readonly specks: number;
  readonly holes: number;
  /** Brush strokes in pixels of the result, oldest first. */
  readonly strokes: readonly Stroke[];
}

export type MaskChange = Partial<Omit<MaskItem, 'prompt'>>;

/** The masks of one photo and the way they came about. Immutable: each change gives a new one. */
export interface MaskHistory {
  readonly items: readonly MaskItem[];
  readonly past: readonly (readonly MaskItem[])[];
  readonly future: readonly (readonly MaskItem[])[];
  /** Changes in a row under one name (a slider's moves, a stroke's points) are one step. */
  readonly step: string | undefined;
  /** The mask that was last on show. */
  readonly shown: string;
}

export const NO_MASKS: MaskHistory = { items: [], past: [], future: [], step: undefined, shown: '' };

/** Steps that can be taken back. Strokes are shared between steps, so that each costs little. */
const MAX_STEPS = 200;

function next(history: MaskHistory, items: readonly MaskItem[], step?: string): MaskHistory {
  const same = step !== undefined && step === history.step;
  const past = same ? history.past : [...history.past, history.items].slice(-MAX_STEPS);
  return { ...history, items, past, future: [], step };
}

export const findMask = (history: MaskHistory, prompt: string): MaskItem | undefined =>
  history.items.find((item) => item.prompt === prompt);

/** Adds the mask of a prompt, in the first colour that no other mask has. */
export function addMask(history: MaskHistory, prompt: string): MaskHistory {
  const used = new Set(history.items.map((item) => item.colour));
  let colour = 0;
  while (used.has(colour)) colour++;
  const item = { prompt, name: prompt, colour, hidden: false, threshold: INSIDE, specks: 0, holes: 0, strokes: [] };
  return { ...next(history, [...history.items, item]), shown: prompt };
}

export function changeMask(history: MaskHistory, prompt: string, change: MaskChange, step?: string): MaskHistory {
  if (!findMask(history, prompt)) return history;
  const items = history.items.map((item) => (item.prompt === prompt ? { ...item, ...change } : item));
  return next(history, items, step && `${step} of ${prompt}`);
}

/** Removes a mask; the next one, else the one before, is shown in its place. */
export function removeMask(history: MaskHistory, prompt: string): MaskHistory {
  const at = history.items.findIndex((item) => item.prompt === prompt);
  if (at < 0) return history;
  const items = history.items.filter((item) => item.prompt !== prompt);
  const shown = history.shown === prompt ? ((items[at] ?? items[at - 1])?.prompt ?? '') : history.shown;
  return { ...next(history, items), shown };
}

export function undo(history: MaskHistory): MaskHistory {
  const items = history.past.at(-1);
  if (!items) return history;
  return travel(history, items, history.past.slice(0, -1), [...history.future, history.items]);
}

export function redo(history: MaskHistory): MaskHistory {
  const items = history.future.at(-1);
  if (!items) return history;
  return travel(history, items, [...history.past, history.items], history.future.slice(0, -1));
}

/** To another state of the list, showing the mask that came back or changed. */
function travel(
  history: MaskHistory,
  items: readonly MaskItem[],
  past: MaskHistory['past'],
  future: MaskHistory['future'],
): MaskHistory {
  const changed = items.find((item) => !history.items.includes(item));
  const kept = items.find((item) => item.prompt === history.shown) ?? items.at(-1);
  return { items, past, future, step: undefined, shown: (changed ?? kept)?.prompt ?? '' };
}
