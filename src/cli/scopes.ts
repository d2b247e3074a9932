import { VpdError } from '../errors.ts';

/** Where an option works, if not everywhere. */
export interface Scope {
  /** The tasks, or kinds of data. */
  readonly for?: readonly string[];
  /** An option that it needs beside it. */
  readonly needs?: string;
  /** Options that it does not work with. */
  readonly not?: readonly string[];
}

/** The names of the options on a command line, as parseArgs with `tokens: true` found them. */
export const givenOptions = (
  tokens: readonly { readonly kind: string; readonly name?: string }[],
): ReadonlySet<string> =>
  new Set(tokens.flatMap(({ kind, name }) => (kind === 'option' && name !== undefined ? [name] : [])));

/** One sentence for every option that the task at hand has no use for. */
export function idleOptions(
  tasks: Readonly<Record<string, readonly string[]>>,
  task: string,
  given: ReadonlySet<string>,
): readonly string[] {
  return Object.entries(tasks)
    .filter(([option, users]) => given.has(option) && !users.includes(task))
    .map(([option, users]) => `${task} has no use for --${option}, which is for ${users.join(' and ')}.`);
}

/**
 * Refuses options that would be ignored.
 * @param scopes by option
 * @param kind the task, or kind of data, at hand
 * @throws VpdError bad-request, naming where the first one works and what it does not work with
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
