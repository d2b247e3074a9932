import type { Workbench } from '../../context.ts';

/** Paints one dot at the crosshair if a brush is selected. `inverted` swaps adding and erasing. */
export function paintDot({ store, session }: Pick<Workbench, 'store' | 'session'>, inverted: boolean): void {
  const { task, refer, crosshair } = store.getState();
  if (task === 'refer' && refer.brush !== 'off' && crosshair)
    session.beginStroke(crosshair.u, crosshair.v, (refer.brush === 'erase') !== inverted);
}
