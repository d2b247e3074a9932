/** Types of the messages between the page and the batch worker. */
import type { AnswerWith } from '../../engine/answer.ts';
import type { DepthView } from '../../tasks/depth/view.ts';
import type { MaskSettings } from '../../tasks/refer/masks/masks.ts';
import type { TaskId } from '../../vpd/config.ts';

/** Settings of the coloured picture of a depth. */
type Colours = Pick<DepthView, 'colormap' | 'invert' | 'range' | 'contour'>;

interface JobParameters {
  readonly depth: { readonly scene: string | undefined; readonly colours: Colours };
  readonly refer: { readonly prompts: readonly string[] };
  readonly segment: unknown;
}

/** What a batch writes for every photo, with its parameters. */
export type BatchJob =
  | { readonly [T in TaskId]: { readonly task: T } & JobParameters[T] }[TaskId]
  /** The results that the session has; none is computed. */
  | { readonly task: 'session'; readonly colours: Colours };

/** Facts about a batch, written into its ZIP. All seconds in its table are of this device. */
export interface BatchFacts {
  readonly job: BatchJob;
  /** Start of the batch, ISO 8601. */
  readonly started: string;
  readonly pack: { readonly name: string; readonly hash: string; readonly weights: string };
  readonly device: { readonly backend: string; readonly adapter?: string };
  /** Names of all classes that the pack knows. */
  readonly classes: readonly string[];
}

/** A result with what its files depend on besides the photo. */
export type BatchOutcome = {
  /** Name of the model that computed it, if that is another one than the batch's. */
  readonly model?: string;
} & AnswerWith<{
  readonly depth: { readonly scene?: string | undefined };
  readonly refer: { readonly mask: MaskSettings };
  readonly segment: unknown;
}>;

export interface BatchPhoto {
  /** Tells photos of equal names apart. */
  readonly id: string;
  readonly name: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

export type ToBatch =
  | { readonly kind: 'start'; readonly facts: BatchFacts }
  /** One outcome at a time, so that the page never copies all of a photo's. */
  | { readonly kind: 'add'; readonly photo: BatchPhoto; readonly outcome: BatchOutcome }
  | { readonly kind: 'problem'; readonly name: string; readonly message: string }
  | { readonly kind: 'finish'; readonly stopped: boolean };

/** Answer: the ZIP for `finish`, undefined for the other messages. */
export type FromBatch = Blob | undefined;
