import type { PackSource } from '../engine/protocol.ts';
import { NO_WORD } from '../tasks/refer/view.ts';
import { TASK_IDS, type TaskId } from '../vpd/config.ts';
import type { PackSummary } from '../weights/pack/pack-summary.ts';
import { changePrompt } from './find/prompts.ts';
import type { AppStore } from './store.ts';
import { selectedPhoto } from './store.ts';
import { titleOf } from './title.ts';

/** What the page's address requests. */
export interface UrlState {
  readonly backend: 'webgpu' | 'wasm' | undefined;
  /** `f32`: single precision even where the device could do half. */
  readonly float: 'f32' | undefined;
  /** Whether to use WebGPU graph capture; undefined leaves the decision to the page. */
  readonly capture: 'on' | 'off' | undefined;
  readonly task: TaskId | undefined;
  readonly prompt: string | undefined;
  /** Key of the word or token of the prompt whose attention is shown. */
  readonly locked: string | undefined;
  /** Whether masks are from attention alone. */
  readonly zeroShot: boolean;
  /** Whether a sample's ground truth is shown. */
  readonly truth: boolean;
  /** Name of a sample, or `none` to start without a photo. */
  readonly sample: string | undefined;
  /** Id of a model on the shelf, or the address of one. */
  readonly pack: string | undefined;
  /** Long side of the model's input in pixels, if it is less than the model's own. */
  readonly side: number | undefined;
  /** Id of the second model, on the shelf or `embedded`, and the long side of its input. */
  readonly beside: string | undefined;
  readonly besideSide: number | undefined;
}

/** Id of the page's own model. Ids of the shelf cannot equal it, since they end in a hash. */
export const EMBEDDED = 'embedded';

/** The parts of the page's address that hold requests. */
export type Address = Pick<Location, 'search' | 'hash'>;

/** Reads the part after `#`, which has the prompt, since browsers send that part to no host. */
const hashParams = (hash: string): URLSearchParams => new URLSearchParams(hash.slice(1));

export function readUrl({ search, hash }: Address): UrlState {
  const params = new URLSearchParams(search);
  const backend = params.get('backend');
  const capture = params.get('capture');
  const task = params.get('task');
  return {
    backend: backend === 'webgpu' || backend === 'wasm' ? backend : undefined,
    float: params.get('float') === 'f32' ? 'f32' : undefined,
    capture: capture === 'on' || capture === 'off' ? capture : undefined,
    task: TASK_IDS.find((id) => id === task),
    // Addresses of earlier versions have it in the query.
    prompt: hashParams(hash).get('prompt')?.trim() || params.get('prompt')?.trim() || undefined,
    locked: lockedOf(hashParams(hash)),
    zeroShot: params.get('zeroShot') === 'on',
    truth: params.get('truth') === 'on',
    sample: params.get('sample') ?? undefined,
    pack: params.get('pack')?.trim() || undefined,
    side: pixels(params.get('side')),
    beside: params.get('beside')?.trim() || undefined,
    besideSide: pixels(params.get('besideSide')),
  };
}

/** Reads the key of a word from `word=1`, or of a token from `token=5` or `token=padding`. */
function lockedOf(params: URLSearchParams): string | undefined {
  const [word = '', token = ''] = [params.get('word') ?? '', params.get('token') ?? ''];
  if (/^\d+$/.test(word)) return `word:${word}`;
  if (/^\d+$/.test(token)) return `token:${token}`;
  return token === 'padding' ? token : undefined;
}

function pixels(text: string | null): number | undefined {
  const count = Number(text);
  return Number.isInteger(count) && count > 0 ? count : undefined;
}

/** Returns the requested task; a prompt without a task requests Find. */
export const requestedTask = ({ task, prompt }: Pick<UrlState, 'task' | 'prompt'>): TaskId =>
  task ?? (prompt ? 'refer' : 'depth');

/** Returns the address that shows a state; other parameters of the address stay. A user's own photo is not in it. */
export function writeUrl(
  { search, hash }: Address,
  state: Omit<UrlState, 'backend' | 'float' | 'capture' | 'task' | 'prompt'> & { task: TaskId; prompt: string },
): string {
  const params = new URLSearchParams(search);
  const put = (name: string, value: string | undefined) => (value ? params.set(name, value) : params.delete(name));
  // Depth is the default without a prompt; with a prompt it must be named.
  put('task', state.task === 'depth' && !state.prompt ? undefined : state.task);
  params.delete('prompt');
  put('zeroShot', state.zeroShot && state.prompt ? 'on' : undefined);
  put('truth', state.truth ? 'on' : undefined);
  put('sample', state.sample);
  put('pack', state.pack);
  put('side', state.side?.toString());
  put('beside', state.beside);
  put('besideSide', state.besideSide?.toString());
  const text = params.toString();
  return `${text ? `?${text}` : ''}${writeHash(hash, state.prompt, state.prompt ? state.locked : undefined)}`;
}

/** Returns the hash with the prompt and the key of its word; unchanged, including its spelling, if it has both already. */
function writeHash(hash: string, prompt: string, locked: string | undefined): string {
  const params = hashParams(hash);
  if ((params.get('prompt') ?? '') === prompt && lockedOf(params) === locked) return hash;
  for (const name of ['prompt', 'word', 'token']) params.delete(name);
  if (prompt) params.set('prompt', prompt);
  const [kind = '', at = kind] = locked?.split(':') ?? [];
  if (locked !== undefined) params.set(kind === 'word' ? 'word' : 'token', at);
  const text = params.toString();
  return text ? `#${text}` : '';
}

const sideOf = ({ working, learnedSide }: PackSummary): number | undefined =>
  learnedSide === undefined ? undefined : working.longSide;
const idOf = (source: PackSource): string => ('stored' in source ? source.stored : EMBEDDED);

/** Key in the tab's storage of the current era: history entries of earlier eras were made before the session was cleared. */
const ERA_KEY = 'vpd-history';

function storedEra(): string {
  try {
    return sessionStorage.getItem(ERA_KEY) ?? '';
  } catch {
    return '';
  }
}

/** Starts a new era, after which older history entries no longer restore prompts. */
function newEra(): string {
  const era = crypto.randomUUID();
  try {
    sessionStorage.setItem(ERA_KEY, era);
  } catch {
    // Without the tab's storage the era lasts until the page is reloaded.
  }
  return era;
}

const eraOf = (state: unknown): unknown =>
  typeof state === 'object' && state !== null && 'era' in state ? state.era : undefined;

/** True if a history entry was made before the session was cleared, so that its prompt is deleted. A typed address has no entry yet. */
function isCleared(state: unknown, era = storedEra()): boolean {
  const made = eraOf(state);
  return made !== undefined && made !== era;
}

/** Returns what the address requests when the page is loaded. */
export function firstUrl(): UrlState {
  const requested = readUrl(location);
  return isCleared(history.state) ? { ...requested, prompt: undefined } : requested;
}

/** Returns the photo id of a history entry; undefined if an earlier load made it, since ids differ between loads. */
function photoOfEntry(state: unknown, load: number): string | undefined {
  if (typeof state !== 'object' || state === null || !('load' in state) || !('photo' in state)) return undefined;
  return state.load === load && typeof state.photo === 'string' ? state.photo : undefined;
}

/**
 * Synchronizes the address and the title with the state: a change of task, prompt or photo adds a history entry; of
 * the word, zero-shot or the truth, it changes the current one. A user's own photo, which the address
 * cannot name, is found by the id in the entry while it is in the strip.
 */
export function syncUrl(store: AppStore, select: (photo: string) => void): void {
  const requested = readUrl(location);
  const site = document.title;
  // Identifies the load: no two loads of a tab start at the same time.
  const load = performance.timeOrigin;
  let era = storedEra();
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Whether a model has been opened; until then the address keeps the requested second model. */
  let opened = false;

  function write(how: 'pushState' | 'replaceState'): void {
    clearTimeout(timer);
    timer = undefined;
    const state = store.getState();
    const photo = selectedPhoto(state);
    // Without a photo the address keeps what it asked for, so that a reload of `sample=none` shows none either.
    const shown = photo?.source === 'sample' ? photo.name : 'none';
    const sample = photo ? shown : readUrl(location).sample;
    const { task, prompt, truth, engine, secondModel: second } = state;
    const { locked, zeroShot } = state.refer;
    // Until a model is open, the requested one stays in the address; the page's own model is not named.
    const id = engine.phase === 'ready' ? idOf(engine.source) : requested.pack;
    const pack = id === EMBEDDED ? undefined : id;
    const side = engine.phase === 'ready' ? sideOf(engine.pack) : requested.side;
    opened ||= engine.phase === 'ready';
    const beside = second ? idOf(second.source) : opened ? undefined : requested.beside;
    const besideSide = second ? second.how.longSide : opened ? undefined : requested.besideSide;
    const address = writeUrl(location, {
      ...{ task, prompt, locked, zeroShot, truth, sample },
      ...{ pack, side, beside, besideSide },
    });
    const entry = { photo: photo?.id, load, era };
    const same =
      address === location.search + location.hash &&
      photoOfEntry(history.state, load) === entry.photo &&
      eraOf(history.state) === era;
    if (!same) history[how](entry, '', location.pathname + address);
    // Of the new entry: the title belongs to the one that is current.
    document.title = titleOf(state, site);
  }

  /** Applies the address after Back or Forward, or after the user has changed the part after `#`. */
  function applyAddress({ state: entry }: PopStateEvent): void {
    clearTimeout(timer);
    const there = readUrl(location);
    const { sample, truth, locked, zeroShot } = there;
    const prompt = isCleared(entry, era) ? '' : (there.prompt ?? '');
    const { photos } = store.getState();
    const known = photos.find(({ id }) => id === photoOfEntry(entry, load));
    const photo = known ?? photos.find(({ source, name }) => source === 'sample' && name === sample);
    if (photo && photo.id !== store.getState().selected) select(photo.id);
    const state = store.getState();
    const changed = { refer: state.refer, ...changePrompt(state, prompt) };
    // Words that were left out belong to one kind of mask.
    const words = zeroShot === state.refer.zeroShot ? {} : NO_WORD;
    const refer = prompt ? { ...changed.refer, ...words, locked, zeroShot } : changed.refer;
    store.setState({ ...changed, task: requestedTask({ ...there, prompt }), truth, refer });
    write('replaceState');
  }

  write('replaceState');
  store.subscribe((state, before) => {
    if (state.cleared !== before.cleared) era = newEra();
    // Another model adds no history entry, since opening a model takes long and is not expected of the Back button.
    const models = state.engine !== before.engine || state.secondModel?.source !== before.secondModel?.source;
    if (models && !timer) write('replaceState');
    if (state.task === before.task && state.prompt === before.prompt && state.selected === before.selected) {
      const details =
        state.truth !== before.truth ||
        state.refer.locked !== before.refer.locked ||
        state.refer.zeroShot !== before.refer.zeroShot;
      if (details && !timer) write('replaceState');
      return;
    }
    // Delayed, since one click may change all three one after the other.
    timer ??= setTimeout(() => write('pushState'));
  });
  window.addEventListener('popstate', applyAddress);
}
