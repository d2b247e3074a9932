import type { AbsenceModel } from '../vpd/absence.ts';
import type { TaskId, VpdConfig } from '../vpd/config.ts';
import type { ModelCard } from './model-card.ts';

/** Whether a pack can look for words: by a head of its own, else by the attention of a plain backbone that has its text encoder. */
export const findsWords = ({ tasks, maxTokens }: Pick<PackSummary, 'tasks' | 'maxTokens'>): boolean =>
  tasks.includes('refer') || maxTokens > 0;

/** What can be run on a pack. */
export const canRun = (pack: Pick<PackSummary, 'tasks' | 'maxTokens'>, task: TaskId): boolean =>
  pack.tasks.includes(task) || (task === 'refer' && findsWords(pack));

/** What a pack says of itself, in few words. */
export interface PackSummary {
  readonly name: string;
  readonly family: string;
  readonly weights: string;
  /** All files together. */
  readonly bytes: number;
  /**
   * sha256 of the weights: of the one file, or of the shards' hashes in order. It names whose results are whose, so the beginning of that of
   * the sizes and tasks that they are read with follows; and of a pack that is opened to see photos smaller than its own way, the size:
   * `0123…cdef-01234567 at 256 px`.
   */
  readonly hash: string;
  readonly tasks: readonly TaskId[];
  readonly scenes: readonly string[];
  readonly classes: readonly string[];
  /** Longest prompt in tokens, start and end included; 0 without a text encoder. */
  readonly maxTokens: number;
  /** How photos are fitted before the networks see them. */
  readonly working: VpdConfig['working'];
  /** Long side in pixels that the networks learned to see, where they are opened to see photos smaller than that. */
  readonly learnedSide?: number;
  readonly licence: string;
  /** What its makers say of it. */
  readonly card?: ModelCard;
  /** How the pack tells that nothing fits the words, where it was calibrated. */
  readonly absence?: AbsenceModel;
}

/** Whether hashes are of the same model, as far as they tell: reports of earlier versions name the weights alone. */
export function isSameModel(a: string, b: string): boolean {
  const [weightsOfA, weightsOfB] = [a, b].map((hash) => hash.replace(/-[0-9a-f]{8}(?= |$)/, ''));
  return a === b || (weightsOfA === weightsOfB && (weightsOfA === a || weightsOfB === b));
}

/** As many digits of a pack's hash as people compare, and what follows them. */
export const shortHash = (hash: string): string => hash.replace(/^([0-9a-f]{12})[0-9a-f]+/, '$1');
