import { type AppState, type AppStore, selectedPhoto } from '../store.ts';

/** Whether something lies on each side of the compare handle even without the photo: two models’ views, or what was found and what is there. */
export const isTwoSided = (state: AppState): boolean =>
  state.beside?.engine.phase === 'ready' || (state.truth && selectedPhoto(state)?.truth !== undefined);

/** Half and half, so that both sides are seen at once. */
const MIDDLE = 0.5;

/** Puts the compare handle in the middle when two sides begin; when they end, the layers are everywhere again. */
export function followSides(store: AppStore): void {
  store.subscribe((state, before) => {
    const two = isTwoSided(state);
    if (two === isTwoSided(before)) return;
    const { stage } = store.getState();
    store.setState({ stage: { ...stage, ...(two ? { compare: MIDDLE, layers: true } : { compare: 0 }) } });
  });
}
