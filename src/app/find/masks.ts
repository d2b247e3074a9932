import type { Stroke } from '../../image/stroke.ts';
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
import { NO_WORD } from '../../tasks/refer/view.ts';
import type { Results } from '../results/results.ts';
import { promptKey, referOf } from '../results/shown.ts';
import type { SessionParts } from '../session-parts.ts';
import type { AppState } from '../store.ts';

/** What can be done to the masks of the photo on show. The mask on show is the one that answers the prompt. */
export interface Masks {
  /** Changes in a row under one `step` are taken back together. */
  changeMask(prompt: string, change: MaskChange, step?: string): void;
  removeMask(prompt: string): void;
  undoMasks(): void;
  redoMasks(): void;
  /** Begins a brush stroke on the mask on show, at a point in shares of the photo; `false` if there is no mask to paint on. */
  beginStroke(u: number, v: number, erase: boolean): boolean;
  /** Draws the stroke on. */
  extendStroke(u: number, v: number): void;
  /** Takes the last stroke back as if it had never begun: no step of it is left to undo or to do again. */
  takeBackStroke(): void;
}

export const masksOf = (state: AppState): MaskHistory => state.masks[state.selected ?? ''] ?? NO_MASKS;
export const shownMask = (state: AppState): MaskItem | undefined => findMask(masksOf(state), state.prompt);

/** The masks of the photo on show whose pixels are there; one whose result is being computed again is left out. */
export function maskShapes(state: AppState, results: Results) {
  return masksOf(state).items.flatMap((item) => {
    const found = results.get(promptKey(state, item.prompt));
    return found?.task === 'refer' ? [{ item, result: found.result, shape: shapeOf(found.result, item) }] : [];
  });
}

export function createMasks({ store, results }: Pick<SessionParts, 'store' | 'results'>): Masks {
  /** Writes a changed list and shows the mask it names. */
  function put(history: MaskHistory): void {
    const { selected, masks, prompt, refer } = store.getState();
    if (selected === undefined || history === masks[selected]) return;
    const changed = { masks: { ...masks, [selected]: history } };
    // A prompt that is still being looked for, or typed, is not taken away by a change of another mask.
    if (history.shown === prompt || history.shown === masks[selected]?.shown) store.setState(changed);
    else
      store.setState({
        ...changed,
        prompt: history.shown,
        draft: history.shown,
        promptError: undefined,
        refer: { ...refer, ...NO_WORD },
      });
  }

  /** Keeps list and prompt in step: a prompt that found something has a mask, and a photo remembers which one was on show. */
  function follow(state: AppState): void {
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
      store.setState({ prompt: shown, draft: shown, promptError: undefined });
    else if (
      state.selected !== before.selected ||
      state.prompt !== before.prompt ||
      state.revision !== before.revision ||
      state.masks !== before.masks
    )
      follow(state);
  });

  const current = () => masksOf(store.getState());
  /** The masks as they were before the last stroke, and what that stroke has made of them: it is over once they are anything else. */
  let stroked: { readonly before: MaskHistory; readonly after: MaskHistory } | undefined;

  function extend(u: number, v: number, begin: { readonly erase: boolean } | undefined): boolean {
    const state = store.getState();
    const item = shownMask(state);
    const result = referOf(state, results);
    if (!item || !result || item.hidden) return false;
    const history = current();
    const last = begin ? undefined : item.strokes.at(-1);
    if (!begin && (!last || stroked?.after !== history)) return false;
    const [x, y] = [u * result.width, v * result.height];
    const photo = state.photos.find((each) => each.id === state.selected);
    const radius = (state.refer.brushSize / 2) * (result.width / Math.max(1, photo?.width ?? result.width));
    const stroke: Stroke = last
      ? { ...last, points: [...last.points, x, y] }
      : { erase: begin?.erase ?? false, radius, points: [x, y] };
    const before = begin ? item.strokes : item.strokes.slice(0, -1);
    const strokes = [...before, stroke];
    // The stroke's first point is a step of its own, whatever came before; the others belong to it.
    const fresh = begin ? { ...history, step: undefined } : history;
    const after = changeMask(fresh, item.prompt, { strokes }, `stroke ${strokes.length}`);
    stroked = { before: (last && stroked?.before) ?? history, after };
    put(after);
    return true;
  }

  return {
    changeMask: (prompt, change, step) => put(changeMask(current(), prompt, change, step)),
    removeMask: (prompt) => put(removeMask(current(), prompt)),
    undoMasks: () => put(undo(current())),
    redoMasks: () => put(redo(current())),
    beginStroke: (u, v, erase) => extend(u, v, { erase }),
    extendStroke(u, v) {
      extend(u, v, undefined);
    },
    takeBackStroke() {
      // Not if anything else has changed the masks since.
      if (stroked?.after === current()) put(stroked.before);
      stroked = undefined;
    },
  };
}
