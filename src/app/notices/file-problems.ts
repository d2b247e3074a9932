import { toVpdError, VpdError } from '../../errors.ts';
import type { NoticeActions } from './notices.ts';

/** Time between two updates of a notice, since screen readers read each of them. */
const UPDATE_MS = 500;
/** Number of files that a notice names; the others are among its details. */
const MAX_NAMES = 3;

/** Files that were added together. */
interface Together {
  readonly id: string;
  readonly count: number;
  readonly problems: { readonly name: string; readonly error: VpdError }[];
  /** True while an update of the notice is due. */
  due: boolean;
}

export interface FileProblems {
  /** Registers photos that were added together. */
  added(photos: readonly string[]): void;
  /** Takes note that a photo was opened: if it cannot be opened again later, that is no problem of the files it was added with. */
  opened(photo: string): void;
  /** Reports a photo that cannot be opened: in one notice for all that were added together. */
  report(photo: string, name: string, thrown: unknown): void;
  /** Drops what is not shown yet. */
  forget(): void;
}

/** Returns one sentence for all problems of files that were added together. */
function summary({ problems, count }: Together): string {
  const names = problems.slice(0, MAX_NAMES).map(({ name }) => name);
  const more = problems.length - names.length;
  const which =
    problems.length === count ? `None of ${count} files could` : `${problems.length} of ${count} files could not`;
  return `${which} be opened: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`;
}

export function createFileProblems(showError: NoticeActions['showError']): FileProblems {
  const groups = new Map<string, Together>();
  const timers = new Set<ReturnType<typeof setTimeout>>();
  let adds = 0;

  function show(together: Together): void {
    const { id, problems } = together;
    const [first] = problems;
    if (!first) return;
    const sentences = problems.length === 1 ? [] : [...new Set(problems.map(({ error }) => error.message))];
    const { error } = first;
    const shown =
      problems.length === 1 ? error : new VpdError(error.code, summary(together), { cause: sentences.join('\n') });
    showError(shown, undefined, { id, sentences });
  }

  return {
    added(photos) {
      const together: Together = { id: `files-${++adds}`, count: photos.length, problems: [], due: false };
      for (const photo of photos) groups.set(photo, together);
    },
    opened: (photo) => void groups.delete(photo),
    report(photo, name, thrown) {
      const together = groups.get(photo);
      const error = toVpdError(thrown);
      if (!together || error.code === 'cancelled') return showError(error);
      groups.delete(photo);
      together.problems.push({ name, error });
      if (together.problems.length === 1) show(together);
      else if (!together.due) {
        together.due = true;
        const timer = setTimeout(() => {
          timers.delete(timer);
          together.due = false;
          show(together);
        }, UPDATE_MS);
        timers.add(timer);
      }
    },
    forget() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      groups.clear();
    },
  };
}
