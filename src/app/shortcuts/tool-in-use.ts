import type { AppState } from '../store.ts';

export const hasBrush = ({ task, refer }: AppState): boolean => task === 'refer' && refer.brush !== 'off';
export const isMeasuring = ({ task, depth }: AppState): boolean => task === 'depth' && depth.measuring;

/** True while clicks measure or paint, and Escape leaves the tool before it does anything else. */
export const isToolInUse = (state: AppState): boolean => hasBrush(state) || isMeasuring(state);
