import type { Workbench } from '../context.ts';

/** Paints at the crosshair, if a brush is in hand. */
export function dab({ store, session }: Pick<Workbench, 'store' | 'session'>, otherWay: boolean): void {
  const { task, refer, crosshair } = store.getState();
  if (task === 'refer' && refer.brush !== 'off' && crosshair)
    session.beginStroke(crosshair.u, crosshair.v, (refer.brush === 'erase') !== otherWay);
}
