import { VpdError } from '../errors.ts';

/**
 * What an evaluation adds up, by name: enough to report any figure, and to join the shards of one evaluation by plain addition.
 */
export type Sums = Readonly<Record<string, readonly number[]>>;

/** Element by element. @throws VpdError bad-file where the two are not of one kind. */
export function addSums(a: Sums, b: Sums): Sums {
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length || names.some((name) => a[name]?.length !== b[name]?.length))
    throw new VpdError('bad-file', 'Two shards hold different sums; join only shards of one evaluation of one pack.');
  return Object.fromEntries(
    names.map((name) => [name, (a[name] ?? []).map((value, i) => value + (b[name]?.[i] ?? 0))]),
  );
}

/** The first (often only) value under a name. */
export const total = (sums: Sums, name: string): number => sums[name]?.[0] ?? 0;

/** Figures as they are printed: names to numbers, NaN (nothing was evaluated) as null by JSON. */
export type Figures = Readonly<Record<string, number | string | readonly number[] | null>>;

/** One kind of evaluation: sums of nothing, and the figures of sums. */
export interface Evaluation {
  readonly empty: Sums;
  report(sums: Sums): Figures;
}
