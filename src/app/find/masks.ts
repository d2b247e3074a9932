import type { Stroke } from '../../image/masks/stroke.ts';
import {
  addMask,
  changeMask,
  findMask,
  type MaskChange,
  type MaskHistory,
  type MaskItem,
  NO_MASKS,
  redo,
  removeMask,
  undo,
} from '../../tasks/refer/masks/masks.ts';
import { shapeOf } from '../../tasks/refer/masks/shape.ts';
import type { Results } from '../results/results.ts';
import { promptKey, referOf } from '../results/selectors.ts';
import type { SessionParts } from '../session-parts.ts';
import type { AppState, SteadyState } from '../store.ts';
import { changePrompt } from './prompts.ts';

/** Changes to the masks of the selected photo. The shown mask is that of the current prompt. */
export interface Masks {
  /** Changes a mask. Successive changes with the same `step` are undone together. */
  changeMask(prompt: string, change: MaskChange, step?: string): void;
  removeMask(prompt: string): void;
  undoMasks(): void;
  redoMasks(): void;
  /** Begins a brush stroke on the shown mask, at fractions of the photo's size; returns false if there is no visible mask. */
  beginStroke(u: number, v: number, erase: boolean): boolean;
  /** Continues the stroke. */
  extendStroke(u: number, v: number): void;
  /** Cancels the last stroke as if it had never begun, so that it can be neither undone nor redone. */
  cancelStroke(): void;
}

export const masksOf = (state: SteadyState): MaskHistory => state.masks[state.selected ?? ''] ?? NO_MASKS;
export const shownMask = (state: SteadyState): MaskItem | undefined => findMask(masksOf(state), state.prompt);

/** Returns the selected photo's masks whose results are in memory, with their shapes. */
export function maskShapes(state: SteadyState, results: Results) {
  return masksOf(state).items.flatMap((item) => {
    const found = results.get(promptKey(state, item.prompt));
    return found?.task === 'refer' ? [{ item, result: found.result, shape: shapeOf(found.result, item) }] : [];
  });
}

export function createMasks({ store, results }: Pick<SessionParts, 'store' | 'results'>): Masks {
  /** Stores a changed list and shows the mask that it names. */
  function put(history: MaskHistory): void {
    const state = store.getState();
    const { selected, masks, prompt } = state;
    if (selected === undefined || history === masks[selected]) return;
    const changed = { masks: { ...masks, [selected]: history } };
    // A change of another mask does not replace a prompt that is still being computed.
    const shown = history.shown === masks[selected]?.shown ? prompt : history.shown;
    store.setState({ ...changed, ...changePrompt(state, shown) });
  }

  /** Adds a mask for a prompt that has a result, and stores which mask of the photo is shown. */
  function syncMasks(state: AppState): void {
    const history = masksOf(state);
    if (state.prompt === '' || state.selected === undefined) return;
    if (!findMask(history, state.prompt)) {
      if (referOf(state, results)) put(addMask(history, state.prompt));
    } else if (history.shown !== state.prompt) put({ ...history, shown: state.prompt });
  }

  store.subscribe((state, before) => {
    if (state.photos !== before.photos) {
      const left = Object.entries(state.masks).filter(([id]) => state.photos.some((photo) => photo.id === id));
      if (left.length < Object.keys(state.masks).length) store.setState({ masks: Object.fromEntries(left) });
    }
    const { shown } = masksOf(state);
    if (state.selected !== before.selected && shown !== '' && shown !== state.prompt)
      store.setState(changePrompt(state, shown));
    else if (
      state.selected !== before.selected ||
      state.prompt !== before.prompt ||
      state.revision !== before.revision ||
      state.masks !== before.masks
    )
      syncMasks(state);
  });

  const current = () => masksOf(store.getState());
  /** Masks before and after the last change by a stroke. The stroke has ended if the current masks are not `after`. */
  let lastStroke: { readonly before: MaskHistory; readonly after: MaskHistory } | undefined;

  function paint(u: number, v: number, begin: { readonly erase: boolean } | undefined): boolean {
    const state = store.getState();
    const item = shownMask(state);
    const result = referOf(state, results);
    if (!item || !result || item.hidden) return false;
    const history = current();
    const last = begin ? undefined : item.strokes.at(-1);
    if (!begin && (!last || lastStroke?.after !== history)) return false;
    const [x, y] = [u * result.width, v * result.height];
    const photo = state.photos.find((each) => each.id === state.selected);
    const radius = (state.refer.brushSize / 2) * (result.width / Math.max(1, photo?.width ?? result.width));
    const stroke: Stroke = last
      ? { ...last, points: [...last.points, x, y] }
      : { erase: begin?.erase ?? false, radius, points: [x, y] };
    const before = begin ? item.strokes : item.strokes.slice(0, -1);
    const strokes = [...before, stroke];
    // The first point begins a new undo step; the other points belong to it.
    const fresh = begin ? { ...history, step: undefined } : history;
    const after = changeMask(fresh, item.prompt, { strokes }, `stroke ${strokes.length}`);
    lastStroke = { before: (last && lastStroke?.before) ?? history, after };
    put(after);
    return true;
  }

  return {
    changeMask: (prompt, change, step) => put(changeMask(current(), prompt, change, step)),
    removeMask: (prompt) => put(removeMask(current(), prompt)),
    undoMasks: () => put(undo(current())),
    redoMasks: () => put(redo(current())),
    beginStroke: (u, v, erase) => paint(u, v, { erase }),
    extendStroke(u, v) {
      paint(u, v, undefined);
    },
    cancelStroke() {
      // Another change of the masks may have followed.
      if (lastStroke?.after === current()) put(lastStroke.before);
      lastStroke = undefined;
    },
  };
}
