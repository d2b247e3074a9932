import { VpdError } from '../errors.ts';
import { type Evaluation, type Sums, total } from './sums.ts';

/** Evaluation over the data's classes. Sums per class, over labelled pixels: correct pixels, pixels of the truth, predicted pixels. */
export function segmentEvaluation(names: readonly string[]): Evaluation {
  const zeros = names.map(() => 0);
  return {
    empty: { images: [0], labelled: [0], right: zeros, truth: zeros, predicted: zeros },
    hasFigures: (sums) => total(sums, 'labelled') > 0,
    report: (sums) => segmentFigures(sums),
  };
}

/** Computes mIoU over the classes in truth or prediction (mmsegmentation's nan-mean), and pixel accuracy over labelled pixels. */
function segmentFigures({ images, labelled, right = [], truth = [], predicted = [] }: Sums) {
  const ious = right.flatMap((hits, k) => {
    const union = (truth[k] ?? 0) + (predicted[k] ?? 0) - hits;
    return union > 0 ? [hits / union] : [];
  });
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  return {
    task: 'segment',
    images: images?.[0] ?? 0,
    miou: sum(ious) / ious.length,
    pixel_accuracy: sum(right) / (labelled?.[0] ?? 0),
    classes: ious.length,
  };
}

/**
 * Returns the sums of one photo. `labels` are the pack's classes; `toData[k]` is the data's index of the pack's class k (−1: not in the
 * data, so always wrong). Pixels whose truth is `ignore` or not below `classes`, the number of the data's classes, are not evaluated.
 * @throws VpdError bad-request for sizes that differ
 */
export function segmentScore(
  labels: Uint8Array,
  truth: Uint8Array | Uint16Array,
  toData: readonly number[],
  ignore: number,
  classes: number,
): Sums {
  if (labels.length !== truth.length)
    throw new VpdError(
      'bad-request',
      `Labels of ${labels.length} and ${truth.length} pixels cannot be compared; they must have one size.`,
    );
  const right = new Array<number>(classes).fill(0);
  const wanted = new Array<number>(classes).fill(0);
  const predicted = new Array<number>(classes).fill(0);
  let labelled = 0;
  for (let i = 0; i < labels.length; i++) {
    const label = truth[i] ?? ignore;
    if (label === ignore || label >= classes) continue;
    const found = toData[labels[i] ?? 0] ?? -1;
    labelled++;
    wanted[label] = (wanted[label] ?? 0) + 1;
    if (found >= 0) predicted[found] = (predicted[found] ?? 0) + 1;
    if (found === label) right[label] = (right[label] ?? 0) + 1;
  }
  return { images: [1], labelled: [labelled], right, truth: wanted, predicted };
}

/** A class name as it is compared: files differ in case, and in underscores for spaces. */
export const plainName = (name: string): string => name.trim().toLowerCase().replaceAll('_', ' ');

/** Returns the data's index of each of the pack's classes by name; −1 if the data lack it. @throws VpdError bad-request if none matches */
export function matchClasses(pack: readonly string[], data: readonly string[]): number[] {
  const indices = new Map(data.map((name, index) => [plainName(name), index]));
  const toData = pack.map((name) => indices.get(plainName(name)) ?? -1);
  if (!toData.some((index) => index >= 0))
    throw new VpdError(
      'bad-request',
      `None of the pack's ${pack.length} classes (${pack.slice(0, 3).join(', ')}…) is among the data's ${data.length} (${data.slice(0, 3).join(', ')}…); use data with the pack's classes.`,
    );
  return toData;
}
