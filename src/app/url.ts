import type { PackSource } from '../engine/protocol.ts';
import { NO_WORD } from '../tasks/refer/view.ts';
import { TASK_IDS, type TaskId } from '../vpd/config.ts';
import type { PackSummary } from '../weights/pack-summary.ts';
import type { AppStore } from './store.ts';
import { selectedPhoto } from './store.ts';

/** What the page's address asks for. */
export interface UrlState {
  readonly backend: 'webgpu' | 'wasm' | undefined;
  /** `f32`: single precision even where the device could do half. */
  readonly float: 'f32' | undefined;
  /** Whether to record each network's work on the GPU and replay it, where the page should not decide by itself. */
  readonly capture: 'on' | 'off' | undefined;
  readonly task: TaskId | undefined;
  readonly prompt: string | undefined;
  /** Name of a sample, or `none` to start without a photo. */
  readonly sample: string | undefined;
  /** Id of a model on the shelf, or the address of one. */
  readonly pack: string | undefined;
  /** Long side, in pixels, at which it sees photos, where that is less than its own. */
  readonly side: number | undefined;
  /** Id of the model on the shelf that stands beside the open one, or `embedded`; and its long side. */
  readonly beside: string | undefined;
  readonly besideSide: number | undefined;
}

/** The page's own model, where a model's id is asked for; ids of the shelf end in a hash. */
export const EMBEDDED = 'embedded';

/** The parts of the page's address that ask for something. */
export type Address = Pick<Location, 'search' | 'hash'>;

/** Words stand behind the `#`: browsers send that part to no host, neither in a request nor as a referrer. */
const words = (hash: string): URLSearchParams => new URLSearchParams(hash.slice(1));

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
    // In the query it stands in addresses of earlier versions.
    prompt: words(hash).get('prompt')?.trim() || params.get('prompt')?.trim() || undefined,
    sample: params.get('sample') ?? undefined,
    pack: params.get('pack')?.trim() || undefined,
    side: pixels(params.get('side')),
    beside: params.get('beside')?.trim() || undefined,
    besideSide: pixels(params.get('besideSide')),
  };
}

function pixels(text: string | null): number | undefined {
  const count = Number(text);
  return Number.isInteger(count) && count > 0 ? count : undefined;
}

/** A prompt alone asks to look for it. */
export const askedTask = ({ task, prompt }: Pick<UrlState, 'task' | 'prompt'>): TaskId =>
  task ?? (prompt ? 'refer' : 'depth');

/** The address that shows the same again; parameters that are not ours stay. A user's own photo has no address. */
export function writeUrl(
  { search, hash }: Address,
  state: Pick<UrlState, 'sample' | 'pack' | 'side' | 'beside' | 'besideSide'> & { task: TaskId; prompt: string },
): string {
  const params = new URLSearchParams(search);
  const put = (name: string, value: string | undefined) => (value ? params.set(name, value) : params.delete(name));
  // Beside a prompt no task would mean another one.
  put('task', state.task === 'depth' && !state.prompt ? undefined : state.task);
  params.delete('prompt');
  put('sample', state.sample);
  put('pack', state.pack);
  put('side', state.side?.toString());
  put('beside', state.beside);
  put('besideSide', state.besideSide?.toString());
  const text = params.toString();
  return `${text ? `?${text}` : ''}${writeHash(hash, state.prompt)}`;
}

/** What is not ours is left as it is spelt, too. */
function writeHash(hash: string, prompt: string): string {
  const params = words(hash);
  if ((params.get('prompt') ?? '') === prompt) return hash;
  if (prompt) params.set('prompt', prompt);
  else params.delete('prompt');
  const text = params.toString();
  return text ? `#${text}` : '';
}

const sideOf = ({ working, learnedSide }: PackSummary): number | undefined =>
  learnedSide === undefined ? undefined : working.longSide;
const idOf = (source: PackSource): string => ('stored' in source ? source.stored : EMBEDDED);

/** The tab's storage: names the entries that were made since the session was last cleared. */
const ERA_KEY = 'vpd-history';

function storedEra(): string {
  try {
    return sessionStorage.getItem(ERA_KEY) ?? '';
  } catch {
    return '';
  }
}

/** After this the entries that were made before bring no words back. */
function newEra(): string {
  const era = crypto.randomUUID();
  try {
    sessionStorage.setItem(ERA_KEY, era);
  } catch {
    // Without the tab's storage it holds until the page is loaded again.
  }
  return era;
}

const eraOf = (state: unknown): unknown =>
  typeof state === 'object' && state !== null && 'era' in state ? state.era : undefined;

/** Whether an entry of the history was made before the session was cleared: its words were deleted. What was typed has no entry yet. */
function isCleared(state: unknown, era = storedEra()): boolean {
  const made = eraOf(state);
  return made !== undefined && made !== era;
}

/** What the address asks for as the page begins. */
export function firstUrl(): UrlState {
  const asked = readUrl(location);
  return isCleared(history.state) ? { ...asked, prompt: undefined } : asked;
}

/** The photo that an entry of the history names; one of an earlier load means another photo by the same id, or none. */
function photoOfEntry(state: unknown, load: number): string | undefined {
  if (typeof state !== 'object' || state === null || !('load' in state) || !('photo' in state)) return undefined;
  return state.load === load && typeof state.photo === 'string' ? state.photo : undefined;
}

/**
 * Keeps the address in step with the state: another task, prompt or photo is a step that the Back button takes back. A user's own photo,
 * which has no address, is found again by its id as long as it is in the strip.
 */
export function syncUrl(store: AppStore, select: (photo: string) => void): void {
  const asked = readUrl(location);
  // No two loads begin at the same time.
  const load = performance.timeOrigin;
  let era = storedEra();
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Whether a model has been opened: from then on what is compared is known. */
  let opened = false;

  function write(how: 'pushState' | 'replaceState'): void {
    clearTimeout(timer);
    timer = undefined;
    const state = store.getState();
    const photo = selectedPhoto(state);
    const sample = photo?.source === 'sample' ? photo.name : photo ? 'none' : undefined;
    const { task, prompt, engine, beside: second } = state;
    // What was asked for stays until it is known what opened; the page's own model needs no name.
    const id = engine.phase === 'ready' ? idOf(engine.source) : asked.pack;
    const pack = id === EMBEDDED ? undefined : id;
    const side = engine.phase === 'ready' ? sideOf(engine.pack) : asked.side;
    opened ||= engine.phase === 'ready';
    const beside = second ? idOf(second.source) : opened ? undefined : asked.beside;
    const besideSide = second ? second.how.longSide : opened ? undefined : asked.besideSide;
    const address = writeUrl(location, { task, prompt, sample, pack, side, beside, besideSide });
    const entry = { photo: photo?.id, load, era };
    const same =
      address === location.search + location.hash &&
      photoOfEntry(history.state, load) === entry.photo &&
      eraOf(history.state) === era;
    if (!same) history[how](entry, '', location.pathname + address);
  }

  /** Shows what the address names by now: after Back and Forward, and after it was changed by hand behind the `#`. */
  function back({ state: entry }: PopStateEvent): void {
    clearTimeout(timer);
    const there = readUrl(location);
    const { sample } = there;
    const prompt = isCleared(entry, era) ? '' : (there.prompt ?? '');
    const { photos } = store.getState();
    const known = photos.find(({ id }) => id === photoOfEntry(entry, load));
    const photo = known ?? photos.find(({ source, name }) => source === 'sample' && name === sample);
    if (photo && photo.id !== store.getState().selected) select(photo.id);
    const { refer, prompt: before } = store.getState();
    store.setState({
      task: askedTask({ ...there, prompt }),
      prompt,
      draft: prompt,
      promptError: undefined,
      refer: prompt === before ? refer : { ...refer, ...NO_WORD },
    });
    write('replaceState');
  }

  write('replaceState');
  store.subscribe((state, before) => {
    if (state.cleared !== before.cleared) era = newEra();
    // Another model is no step back: opening one takes its time, and is not what that button is for.
    const models = state.engine !== before.engine || state.beside?.source !== before.beside?.source;
    if (models && !timer) write('replaceState');
    if (state.task === before.task && state.prompt === before.prompt && state.selected === before.selected) return;
    // One click may change all three, one after the other.
    timer ??= setTimeout(() => write('pushState'));
  });
  window.addEventListener('popstate', back);
}
