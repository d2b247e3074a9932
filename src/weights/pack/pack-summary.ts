import type { AbsenceModel } from '../../vpd/absence.ts';
import type { TaskId, VpdConfig } from '../../vpd/config.ts';
import type { ModelCard } from './model-card.ts';

/** True if a pack can find words: by a refer head, or else by the attention of a plain backbone with a text encoder. */
export const findsWords = ({ tasks, maxTokens }: Pick<PackSummary, 'tasks' | 'maxTokens'>): boolean =>
  tasks.includes('refer') || maxTokens > 0;

/** True if a task can be run with a pack. */
export const canRun = (pack: Pick<PackSummary, 'tasks' | 'maxTokens'>, task: TaskId): boolean =>
  pack.tasks.includes(task) || (task === 'refer' && findsWords(pack));

/** Summary of a pack's config. */
export interface PackSummary {
  readonly name: string;
  readonly family: string;
  readonly weights: string;
  /** Size of all files together. */
  readonly bytes: number;
  /**
   * Identifies the model that computed a result: sha256 of the weights (of the one file, or of the shards' hashes in order), the first
   * digits of the sha256 of its sizes and tasks, and, if the pack is opened at a smaller size, that size: `0123…cdef-01234567 at 256 px`.
   */
  readonly hash: string;
  readonly tasks: readonly TaskId[];
  readonly scenes: readonly string[];
  readonly classes: readonly string[];
  /** Longest prompt in tokens, start and end included; 0 without a text encoder. */
  readonly maxTokens: number;
  /** How photos are resized for the networks. */
  readonly working: VpdConfig['working'];
  /** Long side in pixels used in training, if the pack was opened at a smaller size. */
  readonly learnedSide?: number;
  readonly licence: string;
  /** Description by its authors. */
  readonly card?: ModelCard;
  /** Classifier for “nothing fits the words”, if the pack was calibrated. */
  readonly absence?: AbsenceModel;
}

/** True if two hashes may belong to the same model. Earlier reports have the hash of the weights only, which matches any suffix. */
export function isSameModel(a: string, b: string): boolean {
  const [weightsOfA, weightsOfB] = [a, b].map((hash) => hash.replace(/-[0-9a-f]{8}(?= |$)/, ''));
  return a === b || (weightsOfA === weightsOfB && (weightsOfA === a || weightsOfB === b));
}

/** Shortens a pack's hash for display: 12 digits of the weights' sha256, and the suffix. */
export const shortHash = (hash: string): string => hash.replace(/^([0-9a-f]{12})[0-9a-f]+/, '$1');
