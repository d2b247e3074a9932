import { VpdError } from '../errors.ts';

/**
 * Sums of an evaluation, by name. All figures are computed from them, and shards are merged by adding them.
 */
export type Sums = Readonly<Record<string, readonly number[]>>;

/** Adds two sums element by element. @throws VpdError bad-file if their names or lengths differ */
export function addSums(a: Sums, b: Sums): Sums {
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length || names.some((name) => a[name]?.length !== b[name]?.length))
    throw new VpdError('bad-file', 'Two shards hold different sums; merge only shards of one evaluation of one pack.');
  return Object.fromEntries(
    names.map((name) => [name, (a[name] ?? []).map((value, i) => value + (b[name]?.[i] ?? 0))]),
  );
}

/** Returns the first (often only) value of a sum, 0 if there is none. */
export const total = (sums: Sums, name: string): number => sums[name]?.[0] ?? 0;

/** Figures by name, as they are printed. NaN (nothing was evaluated) becomes null in JSON. */
export type Figures = Readonly<Record<string, number | string | readonly number[] | null>>;

/** One kind of evaluation: its initial sums, and the figures computed from sums. */
export interface Evaluation {
  readonly empty: Sums;
  /** Whether anything was evaluated; if not, the figures are NaN. */
  hasFigures(sums: Sums): boolean;
  report(sums: Sums): Figures;
}
