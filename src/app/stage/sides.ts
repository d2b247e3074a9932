import { isComparing } from '../second-model/state.ts';
import { type AppState, type AppStore, selectedPhoto } from '../store.ts';

/** Returns true if both sides of the compare handle show layers: those of two models, or result and truth. */
export const isTwoSided = (state: AppState): boolean =>
  isComparing(state) || (state.truth && selectedPhoto(state)?.truth !== undefined);

/** Both sides are equally large. */
const MIDDLE = 0.5;

/** Moves the compare handle to the middle when a comparison begins, and back to the left edge when it ends. */
export function followSides(store: AppStore): void {
  store.subscribe((state, before) => {
    const two = isTwoSided(state);
    if (two === isTwoSided(before)) return;
    const { stage } = store.getState();
    store.setState({ stage: { ...stage, ...(two ? { compare: MIDDLE, layers: true } : { compare: 0 }) } });
  });
}
