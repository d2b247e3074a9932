import type { SegmentResult } from '../../engine/results.ts';

type Classes = SegmentResult['present'];

/** Names of the hidden classes if of a photo's classes only `name` is shown. Hidden classes that the photo lacks stay hidden. */
export const hiddenExcept = (name: string, classes: Classes, hidden: readonly string[]): readonly string[] => [
  ...new Set([...hidden, ...classes.map((each) => each.name)].filter((each) => each !== name)),
];

/** True if `name` is the only class of the photo that is shown. */
export const isOnly = (name: string, classes: Classes, hidden: readonly string[]): boolean =>
  !hidden.includes(name) && classes.every((each) => each.name === name || hidden.includes(each.name));

/** True if a class of the photo is hidden. */
export const hidesAny = (classes: Classes, hidden: readonly string[]): boolean =>
  classes.some(({ name }) => hidden.includes(name));

/** Names of the hidden classes if all of a photo's classes are shown. Hidden classes that the photo lacks stay hidden. */
export const hiddenElsewhere = (classes: Classes, hidden: readonly string[]): readonly string[] =>
  hidden.filter((each) => classes.every(({ name }) => name !== each));
