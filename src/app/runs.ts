import type { Engine, Progress } from '../engine/protocol.ts';
import { toVpdError } from '../errors.ts';
import { pinnedTasks } from '../tasks/layer-stack.ts';
import { NO_WORD } from '../tasks/refer/view.ts';
import { tooLong } from '../text/limits.ts';
import type { TaskId } from '../vpd/config.ts';
import { canRun } from '../weights/pack-summary.ts';
import { furtherWanted } from './further.ts';
import { masksOf } from './masks.ts';
import { promptKey, sceneOf, shownDepthKey } from './probe.ts';
import { saveRecent, withRecent } from './recent.ts';
import { depthKey, isStray, isWithout, type Results, segmentKey, type TaskResult } from './results.ts';
import type { SessionParts } from './session.ts';
import { type AppState, selectedPhoto } from './store.ts';

export interface Runs {
  setTask(task: TaskId): void;
  setDraft(text: string): void;
  /** Looks for `prompt` in the photo on show. */
  find(prompt: string): void;
  /** Draws masks by attention alone, or by the pack's head again. */
  setZeroShot(on: boolean): void;
  /** Empties the list of recent prompts, on this machine too. */
  forgetRecent(): void;
  /** Computes what is on show here and now, in the place of a result that came from elsewhere. */
  computeHere(): void;
  /** Stops the run under way, because the worker is gone. */
  interrupt(): void;
  /** Runs what failed once more. */
  retryRun(): void;
}

/** Pause in typing after which the draft's tokens are counted. */
const COUNT_DELAY_MS = 250;

export interface Wanted {
  readonly key: string;
  readonly label: string;
  run(engine: Engine, options: { signal: AbortSignal; onProgress: (progress: Progress) => void }): Promise<TaskResult>;
}

/** Whether any model may have something else to do now. */
export const asksAnew = (state: AppState, before: AppState): boolean =>
  state.engine !== before.engine ||
  state.photos !== before.photos ||
  state.selected !== before.selected ||
  state.task !== before.task ||
  state.prompt !== before.prompt ||
  state.depth.scene !== before.depth.scene ||
  state.refer.zeroShot !== before.refer.zeroShot ||
  state.masks !== before.masks ||
  state.run !== before.run;

/** The key under which the result of a task, else of the one on show, is or will be kept. */
export function shownKey(state: AppState, results: Results, task: TaskId = state.task): string | undefined {
  const photo = selectedPhoto(state);
  if (!photo) return undefined;
  if (task === 'depth') return shownDepthKey(state, results);
  if (task === 'segment') return segmentKey(photo.id);
  return state.prompt === '' ? undefined : promptKey(state, state.prompt);
}

/** The prompt on show, then those of the listed masks. */
const promptsOf = (state: AppState): readonly string[] =>
  [state.prompt, ...masksOf(state).items.map((item) => item.prompt)].filter((prompt) => prompt !== '');

/** The prompt to look for next: one whose pixels are not there (any more). */
function wantedPrompt(state: AppState, results: Results): string {
  return promptsOf(state).find((prompt) => !isThere(state, results, promptKey(state, prompt))) ?? '';
}

/** Tells of a key whether its result would be computed again at once: what the photo on show, its listed masks and the words of its prompt ask for. */
export function isAskedFor(state: AppState): (key: string) => boolean {
  const { selected = '', prompt } = state;
  const asked = new Set([
    depthKey(selected, sceneOf(state)),
    segmentKey(selected),
    ...promptsOf(state).map((each) => promptKey(state, each)),
  ]);
  return (key) => asked.has(key) || isWithout(key, selected, prompt);
}

/** Whether a result is there, and answers what is asked: what came from elsewhere may be of a model without a head. */
function isThere({ engine, refer }: AppState, results: Results, key: string): boolean {
  const found = results.get(key);
  if (!found || found.origin || engine.phase !== 'ready') return found !== undefined;
  return !isStray(found, refer.zeroShot, engine.pack);
}

/** What a task needs to be run for, whether or not its result is there. */
export function wanted(state: AppState, results: Results, task: TaskId): Wanted | undefined {
  const photo = selectedPhoto(state);
  const prompt = wantedPrompt(state, results);
  const key = task === 'refer' ? prompt && promptKey(state, prompt) : shownKey(state, results, task);
  if (!key || photo?.state !== 'ready' || state.engine.phase !== 'ready') return undefined;
  if (!canRun(state.engine.pack, task)) return undefined;
  const scene = sceneOf(state);
  switch (task) {
    case 'depth':
      return {
        key,
        label: 'Measuring depth',
        run: async (engine, options) => {
          const params = scene === undefined ? { photo: photo.id } : { photo: photo.id, scene };
          return { task: 'depth', result: await engine.call('depth', params, options) };
        },
      };
    case 'refer':
      return {
        key,
        label: `Looking for “${prompt}”`,
        run: async (engine, options) => ({
          task: 'refer',
          result: await engine.call(
            'refer',
            { photo: photo.id, prompt, ...(state.refer.zeroShot ? { zeroShot: true } : {}) },
            options,
          ),
        }),
      };
    case 'segment':
      return {
        key,
        label: 'Naming what is there',
        run: async (engine, options) => ({
          task: 'segment',
          result: await engine.call('segment', { photo: photo.id }, options),
        }),
      };
  }
}

/** What there is to run: what the task shows, then what the view asks for beyond it, then layers of other tasks; undefined when all is there. */
function missing(state: AppState, results: Results): Wanted | undefined {
  const main = wanted(state, results, state.task);
  if (main && !isThere(state, results, main.key)) return main;
  const pinned = () => pinnedTasks(state.layers).map((task) => wanted(state, results, task));
  return furtherWanted(state, results) ?? pinned().find((other) => other && !isThere(state, results, other.key));
}

/** Keeps the result on show up to date: whenever photo, task, prompt or scene change, the run for the old ones is stale. */
export function createRuns({ store, results, engine, report }: SessionParts): Runs {
  let current: { key: string; abort: AbortController } | undefined;
  let counting: ReturnType<typeof setTimeout> | undefined;

  function stop(): void {
    current?.abort.abort();
    current = undefined;
  }

  function ensure(state: AppState): void {
    const next = missing(state, results);
    if (current && current.key !== next?.key) {
      stop();
      if (state.run?.phase === 'running') store.setState({ run: undefined });
    }
    const worker = engine();
    if (!next || !worker || current) return;
    if (state.run?.phase === 'failed' && state.run.key === next.key) return;
    void launch(next, worker);
  }

  async function launch(next: Wanted, worker: Engine): Promise<void> {
    const mine = { key: next.key, abort: new AbortController() };
    current = mine;
    const show = (progress: Progress) => {
      if (current === mine) store.setState({ run: { phase: 'running', key: next.key, progress } });
    };
    show({ label: next.label, done: 0, total: 0, unit: 'steps' });
    try {
      const { engine: open } = store.getState();
      const result = await next.run(worker, { signal: mine.abort.signal, onProgress: show });
      const kept = open.phase === 'ready' ? { ...result, pack: open.pack.hash } : result;
      results.set(next.key, kept, isAskedFor(store.getState()));
      if (current === mine) current = undefined;
      const { run, revision } = store.getState();
      store.setState({ run: run?.key === next.key ? undefined : run, revision: revision + 1 });
    } catch (thrown) {
      if (current !== mine) return;
      current = undefined;
      failed(next.key, thrown);
    }
  }

  function failed(key: string, thrown: unknown): void {
    const error = toVpdError(thrown);
    store.setState({ run: { phase: 'failed', key, message: error.message } });
    if (error.code === 'bad-prompt') store.setState({ promptError: error.message });
    // The loss itself is reported once, by the engine.
    else if (error.code !== 'worker-crashed' && error.code !== 'device-lost') report(thrown, 'run');
  }

  async function count(draft: string): Promise<void> {
    const worker = engine();
    if (!worker || draft.trim() === '' || store.getState().engine.phase !== 'ready') return;
    // A draft may be unfinished: what is wrong with it is said when it runs.
    const counted = await worker.call('tokenize', { prompt: draft }).catch(() => undefined);
    if (store.getState().draft === draft)
      store.setState({
        promptTokens: counted?.tokens.filter((token) => token.kind !== 'padding').length,
        promptCut: counted?.cut ?? [],
      });
  }

  /** Counts the draft's tokens after a pause, wherever it came from; another model may read fewer. */
  function countLater({ draft, promptTokens, promptCut }: AppState): void {
    if (promptTokens !== undefined || promptCut.length > 0) store.setState({ promptTokens: undefined, promptCut: [] });
    clearTimeout(counting);
    counting = setTimeout(() => void count(draft), COUNT_DELAY_MS);
  }

  store.subscribe((state, before) => {
    if (state.draft !== before.draft || state.engine.phase !== before.engine.phase) countLater(state);
    if (
      asksAnew(state, before) ||
      state.layers !== before.layers ||
      state.refer.without !== before.refer.without ||
      state.segment.without !== before.segment.without ||
      state.refer.ranking !== before.refer.ranking ||
      state.refer.grid !== before.refer.grid ||
      state.revision !== before.revision
    )
      ensure(state);
  });

  return {
    setTask: (task) => store.setState({ task }),
    setDraft: (draft) => store.setState({ draft, promptError: tooLong(draft.trim()) }),
    find(text) {
      const prompt = text.trim();
      const { refer, run, recent } = store.getState();
      const refused = prompt === '' ? 'Type what to look for, for example “the red chair”.' : tooLong(prompt);
      if (refused !== undefined) {
        store.setState({ draft: text, promptError: refused });
        return;
      }
      const latest = withRecent(recent, prompt);
      saveRecent(latest);
      store.setState({
        draft: text,
        prompt,
        recent: latest,
        promptError: undefined,
        task: 'refer',
        refer: { ...refer, ...NO_WORD },
        run: run?.phase === 'failed' ? undefined : run,
      });
    },
    setZeroShot(zeroShot) {
      const { refer, revision } = store.getState();
      store.setState({ refer: { ...refer, ...NO_WORD, zeroShot }, revision: revision + 1 });
    },
    forgetRecent() {
      saveRecent([]);
      store.setState({ recent: [] });
    },
    computeHere() {
      const state = store.getState();
      const key = shownKey(state, results);
      if (key !== undefined) results.delete(key);
      store.setState({ revision: state.revision + 1 });
    },
    interrupt() {
      stop();
      store.setState({ run: undefined });
    },
    retryRun() {
      if (store.getState().run?.phase === 'failed') store.setState({ run: undefined });
    },
  };
}
