/** Types of the messages between the page and the batch worker. */
import type { DepthResult, ReferResult, SegmentResult } from '../../engine/protocol.ts';
import type { DepthView } from '../../tasks/depth/view.ts';

/** Task of a batch, with its parameters. */
export type BatchJob =
  | {
      readonly task: 'depth';
      readonly scene: string | undefined;
      /** Settings of the coloured picture. */
      readonly colours: Pick<DepthView, 'colormap' | 'invert' | 'range'>;
    }
  | { readonly task: 'refer'; readonly prompt: string }
  | { readonly task: 'segment' };

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

export type Outcome =
  | { readonly task: 'depth'; readonly result: DepthResult }
  | { readonly task: 'refer'; readonly result: ReferResult }
  | { readonly task: 'segment'; readonly result: SegmentResult };

export interface BatchPhoto {
  readonly name: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

export type ToBatch =
  | { readonly kind: 'start'; readonly facts: BatchFacts }
  | { readonly kind: 'add'; readonly photo: BatchPhoto; readonly outcome: Outcome }
  | { readonly kind: 'problem'; readonly name: string; readonly message: string }
  | { readonly kind: 'finish'; readonly stopped: boolean };

/** Answer: the ZIP for `finish`, undefined for the other messages. */
export type FromBatch = Blob | undefined;
