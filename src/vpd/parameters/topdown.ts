import type { TopDownHeadConfig } from '../config.ts';
import { type Emit, emitConv } from './parameter.ts';

/** Lists the head's parameters for features of these channels, finest first, with their attention maps. */
export function topDownParameters(
  head: TopDownHeadConfig,
  root: string,
  features: readonly number[],
  emit: Emit,
): void {
  const [c0 = 0, c1 = 0, c2 = 0, c3 = 0] = features;
  const steps = [
    ['4', c3 + c2],
    ['3', head.hidden + c1],
    ['2', head.hidden + c0],
  ] as const;
  const positionChannels = head.position ? 2 : 0;
  for (const [step, from] of steps) {
    emitConv(emit, `${root}.conv1_${step}`, from + positionChannels, head.hidden);
    emitConv(emit, `${root}.conv2_${step}`, head.hidden, head.hidden);
  }
  let channels = head.hidden;
  head.refine.forEach((to, i) => {
    emitConv(emit, `${root}.refine.${i}.conv`, channels, to);
    channels = to;
  });
  emitConv(emit, `${root}.conv1_1`, channels, head.outputs, 1);
}
