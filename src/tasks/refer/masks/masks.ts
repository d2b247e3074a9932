import { INSIDE } from '../../../image/masks/mask.ts';
import type { Stroke } from '../../../image/masks/stroke.ts';

/** A mask in a photo's list: only its settings; its pixels are computed from these and the prompt's result (`shape.ts`). */
export interface MaskItem {
  /** The prompt; a photo has one mask per prompt, so this is also the mask's id. */
  readonly prompt: string;
  readonly name: string;
  /** Index into the palette of masks. */
  readonly colour: number;
  readonly hidden: boolean;
  /** Probability above which a pixel is inside. */
  readonly threshold: number;
  /** Connected components smaller than `specks` are removed, enclosed holes smaller than `holes` filled; both are shares of the photo. */
  readonly specks: number;
  readonly holes: number;
  /** Brush strokes in pixels of the result, oldest first. */
  readonly strokes: readonly Stroke[];
}

export type MaskChange = Partial<Omit<MaskItem, 'prompt'>>;

/** The masks of one photo, with their earlier and undone states. Immutable: every change returns a new one. */
export interface MaskHistory {
  readonly items: readonly MaskItem[];
  readonly past: readonly (readonly MaskItem[])[];
  readonly future: readonly (readonly MaskItem[])[];
  /** Name of the last step: consecutive changes of the same name (a slider's moves, a stroke's points) are one step. */
  readonly step: string | undefined;
  /** Prompt of the mask that was shown last. */
  readonly shown: string;
}

export const NO_MASKS: MaskHistory = { items: [], past: [], future: [], step: undefined, shown: '' };

/** Number of steps that can be undone. Steps share their strokes, so each takes little memory. */
const MAX_STEPS = 200;

function next(history: MaskHistory, items: readonly MaskItem[], step?: string): MaskHistory {
  const same = step !== undefined && step === history.step;
  const past = same ? history.past : [...history.past, history.items].slice(-MAX_STEPS);
  return { ...history, items, past, future: [], step };
}

export const findMask = (history: MaskHistory, prompt: string): MaskItem | undefined =>
  history.items.find((item) => item.prompt === prompt);

/** What decides a mask's pixels and its name in a file. */
export type MaskSettings = Pick<MaskItem, 'prompt' | 'name' | 'threshold' | 'specks' | 'holes' | 'strokes'>;

/** The settings of a mask that the user has not changed. */
export const plainMask = (prompt: string): MaskSettings => ({
  prompt,
  name: prompt,
  threshold: INSIDE,
  specks: 0,
  holes: 0,
  strokes: [],
});

/** True if cleaning or the brush may have changed pixels: the mask is not just what is above its threshold. */
export const isEdited = ({ specks, holes, strokes }: MaskSettings): boolean =>
  specks > 0 || holes > 0 || strokes.length > 0;

/** True if the user changed the mask, its threshold or its name. */
export const isChanged = (item: MaskSettings): boolean =>
  isEdited(item) || item.threshold !== INSIDE || item.name !== item.prompt;

/** Adds the mask of a prompt, in the first colour that no other mask has. */
export function addMask(history: MaskHistory, prompt: string): MaskHistory {
  const used = new Set(history.items.map((item) => item.colour));
  let colour = 0;
  while (used.has(colour)) colour++;
  const item = { ...plainMask(prompt), colour, hidden: false };
  return { ...next(history, [...history.items, item]), shown: prompt };
}

export function changeMask(history: MaskHistory, prompt: string, change: MaskChange, step?: string): MaskHistory {
  if (!findMask(history, prompt)) return history;
  const items = history.items.map((item) => (item.prompt === prompt ? { ...item, ...change } : item));
  return next(history, items, step && `${step} of ${prompt}`);
}

/** Removes a mask; if it was shown, the next one is shown instead, or the previous one at the end of the list. */
export function removeMask(history: MaskHistory, prompt: string): MaskHistory {
  const at = history.items.findIndex((item) => item.prompt === prompt);
  if (at < 0) return history;
  const items = history.items.filter((item) => item.prompt !== prompt);
  const shown = history.shown === prompt ? ((items[at] ?? items[at - 1])?.prompt ?? '') : history.shown;
  return { ...next(history, items), shown };
}

/** Returns the mask that the last step removed; undefined if it did something else. */
export const deletedMask = ({ items, past }: MaskHistory): MaskItem | undefined =>
  past.at(-1)?.find(({ prompt }) => items.every((item) => item.prompt !== prompt));

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

/** Moves to another state of the list and shows the mask that reappeared or changed. */
function travel(
  history: MaskHistory,
  items: readonly MaskItem[],
  past: MaskHistory['past'],
  future: MaskHistory['future'],
): MaskHistory {
  const changed = items.find((item) => !history.items.includes(item));
  const current = items.find((item) => item.prompt === history.shown) ?? items.at(-1);
  return { items, past, future, step: undefined, shown: (changed ?? current)?.prompt ?? '' };
}
