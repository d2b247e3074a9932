import type { VpdError } from '../../errors.ts';
import { formatBytes } from '../../format-bytes.ts';
import type { AppState } from '../store.ts';

/** Shorter names could match inside other words. */
const SHORTEST_NAME = 3;

/** Returns lines about the engine: device, model and opening times, one fact each. */
export function engineLines({ engine }: Pick<AppState, 'engine'>): readonly string[] {
  if (engine.phase !== 'ready') return [`Engine: ${engine.phase}`];
  const { device, pack, timings } = engine;
  const limits = Object.entries(device.limits).map(([name, bytes]) => `${name} ${formatBytes(bytes)}`);
  return [
    `Backend: ${device.backend}, ${device.threads} ${device.threads === 1 ? 'thread' : 'threads'}. ${device.reason}`,
    ...(device.adapter ? [`Adapter: ${[device.adapter, ...limits].join('; ')}`] : []),
    `Model: ${pack.name} (${pack.family}), ${pack.weights}, ${formatBytes(pack.bytes)}, sha256 ${pack.hash}`,
    `Opened: ${timings.map(({ stage, ms }) => `${stage} ${Math.round(ms)} ms`).join(', ') || 'at once'}`,
  ];
}

/** Returns the text without names of the user's photos and without prompts, because it is meant to be sent to others. */
function withoutPersonal(text: string, { photos, draft, prompt, recent }: AppState, names: Iterable<string>): string {
  const photoNames = [...names, ...photos.filter(({ source }) => source === 'user').map(({ name }) => name)];
  const words = [draft, prompt, ...recent];
  const hide = (from: string, secrets: readonly string[], by: string) =>
    [...new Set(secrets.map((secret) => secret.trim()))]
      .filter((secret) => secret.length >= SHORTEST_NAME)
      .sort((a, b) => b.length - a.length)
      .reduce((rest, secret) => rest.replaceAll(secret, by), from);
  return hide(hide(text, photoNames, '(photo)'), words, '(words)');
}

/**
 * Returns the details of an error for a bug report, without personal words.
 * @param about Lines about the page and its browser.
 * @param names Names of photos that are no longer in the strip.
 */
export function errorDetails(
  error: VpdError,
  state: AppState,
  about: readonly string[],
  names: Iterable<string>,
): string {
  // Errors of a worker carry their stack as a string in `cause`.
  const cause = error.cause instanceof Error ? (error.cause.stack ?? error.cause.message) : String(error.cause ?? '');
  const lines = [`${error.code}: ${error.message}`, '', ...engineLines(state), ...about, '', cause];
  return withoutPersonal(lines.join('\n'), state, names).trim();
}
