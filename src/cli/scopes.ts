import { VpdError } from '../errors.ts';

/** Restrictions of an option. */
export interface Scope {
  /** Tasks, or kinds of data, that it works for. */
  readonly for?: readonly string[];
  /** Another option that it needs. */
  readonly needs?: string;
  /** Options that it does not work with. */
  readonly not?: readonly string[];
}

/** Returns the names of the given options, from the tokens of parseArgs with `tokens: true`. */
export const givenOptions = (
  tokens: readonly { readonly kind: string; readonly name?: string }[],
): ReadonlySet<string> =>
  new Set(tokens.flatMap(({ kind, name }) => (kind === 'option' && name !== undefined ? [name] : [])));

/**
 * Returns a sentence for each given option that the task does not use.
 * @param tasks tasks that use an option, by option
 */
export function unusedOptions(
  tasks: Readonly<Record<string, readonly string[]>>,
  task: string,
  given: ReadonlySet<string>,
): readonly string[] {
  return Object.entries(tasks)
    .filter(([option, users]) => given.has(option) && !users.includes(task))
    .map(([option, users]) => `${task} does not use --${option}, which is for ${users.join(' and ')}.`);
}

/**
 * Refuses options that would be ignored.
 * @param scopes by option
 * @param kind the current task or kind of data
 * @throws VpdError bad-request that says where the first such option works and what it does not work with
 */
export function checkScopes(scopes: Readonly<Record<string, Scope>>, kind: string, given: ReadonlySet<string>): void {
  for (const [option, { for: kinds, needs, not = [] }] of Object.entries(scopes)) {
    if (!given.has(option)) continue;
    const where = [...(kinds ? [`for ${kinds.join(', ')}`] : []), ...(needs ? [`with --${needs}`] : [])].join(' ');
    const clash = [
      ...(kinds && !kinds.includes(kind) ? [kind] : []),
      ...not.filter((other) => given.has(other)).map((other) => `--${other}`),
    ];
    if (clash.length > 0)
      throw new VpdError('bad-request', `--${option} works ${where}, not with ${clash.join(', ')}.`);
    if (needs && !given.has(needs)) throw new VpdError('bad-request', `--${option} works ${where}, which is missing.`);
  }
}
