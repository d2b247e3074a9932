import { toVpdError } from '../../errors.ts';
import type { AppStore, Notice } from '../store.ts';
import { errorDetails } from './details.ts';

/** More would cover the stage; the oldest are dropped. */
const MAX_NOTICES = 8;

/** A notice about several files, which replaces the one with the same id. */
export interface FileList {
  readonly id: string;
  /** One sentence per file. */
  readonly sentences: readonly string[];
}

export interface NoticeActions {
  /**
   * Shows an error until it is dismissed, except `cancelled`. An older notice with the same message is replaced.
   * @param retry what its Retry button repeats
   */
  showError(thrown: unknown, retry?: Notice['retry'], files?: FileList): void;
  dismiss(notice: string): void;
  dismissAll(): void;
}

/** @param about returns facts about the page and the browser, one per line, for the details of an error */
export function createNotices(store: AppStore, about: () => readonly string[]): NoticeActions {
  let count = 0;
  /** Names of all photos of the user, including removed ones. Error details, which users share, must not contain them. */
  const names = new Set<string>();
  store.subscribe(({ photos }, before) => {
    if (photos !== before.photos) for (const { name, source } of photos) if (source === 'user') names.add(name);
  });

  return {
    showError(thrown, retry = undefined, files = undefined) {
      const error = toVpdError(thrown);
      const { code, message } = error;
      if (code === 'cancelled') return;
      const state = store.getState();
      const details = errorDetails(error, state, about(), names);
      const id = files?.id ?? `notice-${++count}`;
      const others = state.notices.filter((each) => each.message !== message && each.id !== id);
      const notice: Notice = { id, code, message, details, retry, files: files?.sentences ?? [] };
      store.setState({ notices: [...others, notice].slice(-MAX_NOTICES) });
    },
    dismiss: (notice) => store.setState({ notices: store.getState().notices.filter(({ id }) => id !== notice) }),
    dismissAll: () => store.setState({ notices: [], leftOut: undefined }),
  };
}
