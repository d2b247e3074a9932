import { NO_WORD } from '../../tasks/refer/view.ts';
import { tooLong } from '../../text/limits.ts';
import { referOf } from '../results/selectors.ts';
import type { SessionParts } from '../session-parts.ts';
import type { AppState } from '../store.ts';
import { addRecent, saveRecent } from './recent.ts';

/** Changes to the draft in the prompt box, the current prompt and the recent prompts. */
export interface Prompts {
  setDraft(text: string): void;
  /** Runs `prompt` on the selected photo. */
  find(prompt: string): void;
  /** Deletes the recent prompts, from local storage too. */
  forgetRecent(): void;
}

/** Returns the state's changes for another prompt. A draft that was not run stays in the box, with its error. */
export function changePrompt(state: AppState, prompt: string): Partial<AppState> {
  if (prompt === state.prompt) return {};
  const typed = state.draft.trim();
  const box = typed === '' || typed === state.prompt ? { draft: prompt, promptError: undefined } : {};
  // Word selections belong to one prompt.
  return { prompt, ...box, refer: { ...state.refer, ...NO_WORD } };
}

/** Pause in typing, in milliseconds, after which the draft's tokens are counted. */
const COUNT_DELAY_MS = 250;

export function createPrompts({ store, engine, results }: Pick<SessionParts, 'store' | 'engine' | 'results'>): Prompts {
  let counting: ReturnType<typeof setTimeout> | undefined;
  /** The prompt that the user ran last, until it has a result. */
  let asked: string | undefined;

  async function count(draft: string): Promise<void> {
    const worker = engine();
    if (!worker || draft.trim() === '' || store.getState().engine.phase !== 'ready') return;
    // Errors of an unfinished draft are ignored; they are reported when it is run.
    const counted = await worker.call('tokenize', { prompt: draft }).catch(() => undefined);
    if (store.getState().draft === draft)
      store.setState({
        promptTokens: counted?.tokens.filter((token) => token.kind !== 'padding').length,
        promptCut: counted?.cut ?? [],
      });
  }

  /** Counts the draft's tokens after a pause, also if the user did not type it. Another model may have another limit. */
  function countLater({ draft, promptTokens, promptCut }: AppState): void {
    if (promptTokens !== undefined || promptCut.length > 0) store.setState({ promptTokens: undefined, promptCut: [] });
    clearTimeout(counting);
    counting = setTimeout(() => void count(draft), COUNT_DELAY_MS);
  }

  /** Adds the asked prompt to the recent ones. Without a result it may be one that the model cannot read. */
  function remember(state: AppState): void {
    if (asked === undefined || asked !== state.prompt || !referOf(state, results)) return;
    const prompt = asked;
    asked = undefined;
    store.setState({ recent: addRecent(state.recent, prompt) });
  }

  store.subscribe((state, before) => {
    remember(state);
    if (state.draft !== before.draft || state.engine.phase !== before.engine.phase) countLater(state);
  });

  return {
    setDraft: (draft) => store.setState({ draft, promptError: tooLong(draft.trim()) }),
    find(text) {
      const prompt = text.trim();
      const { refer, run } = store.getState();
      const refused = prompt === '' ? 'Type what to look for, for example “the red chair”.' : tooLong(prompt);
      if (refused !== undefined) {
        store.setState({ draft: text, promptError: refused });
        return;
      }
      asked = prompt;
      store.setState({
        draft: text,
        prompt,
        promptError: undefined,
        task: 'refer',
        refer: { ...refer, ...NO_WORD },
        run: run?.phase === 'running' ? run : undefined,
      });
    },
    forgetRecent() {
      asked = undefined;
      saveRecent([]);
      store.setState({ recent: [] });
    },
  };
}
