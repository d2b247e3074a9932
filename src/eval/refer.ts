import { overlap } from '../image/mask.ts';
import { type Evaluation, type Sums, total } from './sums.ts';

/** Levels of precision P@0.5 … P@0.9: the share of expressions whose IoU reaches them. */
const LEVELS = [0.5, 0.6, 0.7, 0.8, 0.9] as const;
const nameOf = (level: number) => `p${Math.round(level * 100)}`;

/** oIoU = Σ intersection / Σ union over all expressions; mean IoU over expressions, 0 where mask and truth are both empty. */
export const referEvaluation: Evaluation = {
  empty: {
    expressions: [0],
    intersection: [0],
    union: [0],
    iou: [0],
    ...Object.fromEntries(LEVELS.map((level) => [nameOf(level), [0]])),
  },
  report(sums) {
    const expressions = total(sums, 'expressions');
    return {
      task: 'refer',
      expressions,
      oiou: total(sums, 'intersection') / total(sums, 'union'),
      miou: total(sums, 'iou') / expressions,
      ...Object.fromEntries(LEVELS.map((level) => [nameOf(level), total(sums, nameOf(level)) / expressions])),
    };
  },
};

/** The sums of one expression: masks of 0 and 1 of one size. */
export function referScore(mask: Uint8Array, truth: Uint8Array): Sums {
  const { intersection, union } = overlap(mask, truth);
  const iou = union === 0 ? 0 : intersection / union;
  return {
    expressions: [1],
    intersection: [intersection],
    union: [union],
    iou: [iou],
    ...Object.fromEntries(LEVELS.map((level) => [nameOf(level), [iou >= level ? 1 : 0]])),
  };
}
