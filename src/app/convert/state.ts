import type { ConversionOptions } from '../../convert/plan.ts';
import type { ConversionProgress, FinishedConversion, PlanReport } from '../../storage/conversion-protocol.ts';
import type { WeightScheme } from '../../weights/stored-form.ts';
import type { Pace } from './pace.ts';

/** A conversion that was begun and is not finished, as the page lists it. */
export interface StoppedItem {
  readonly id: string;
  readonly name: string;
  readonly weights: WeightScheme;
  readonly files: readonly string[];
  readonly kept: number;
  readonly total: number;
  /** Another tab is at it. */
  readonly busy: boolean;
}

/** Where the conversion of checkpoints stands. */
export type ConversionStep =
  /** No files were given yet. */
  | { readonly kind: 'choose'; readonly message: string | undefined }
  | { readonly kind: 'reading'; readonly names: readonly string[]; readonly offline: number | undefined }
  | {
      readonly kind: 'plan';
      readonly report: PlanReport;
      readonly options: ConversionOptions;
      readonly weights: WeightScheme;
      /** Why the options cannot be, in a sentence; the report is still that of the options before. */
      readonly wrong: string | undefined;
    }
  | {
      readonly kind: 'work';
      readonly report: PlanReport;
      readonly weights: WeightScheme;
      readonly progress: ConversionProgress;
      readonly pace: Pace | undefined;
      readonly paused: boolean;
      /** Seconds until a connection that was lost is tried again. */
      readonly offline: number | undefined;
    }
  | {
      readonly kind: 'failed';
      readonly report: PlanReport;
      readonly weights: WeightScheme;
      readonly message: string;
      /** What was written stays, and the conversion can go on. */
      readonly kept: boolean;
    }
  /** One model, or those of all files that were given together. */
  | { readonly kind: 'done'; readonly finished: readonly FinishedConversion[] };

export interface ConversionState {
  /** Whether the dialog is open; the work goes on without it. */
  readonly shown: boolean;
  readonly step: ConversionStep;
  readonly stopped: readonly StoppedItem[];
  /** Bytes that the page may still store; undefined where the browser does not tell. */
  readonly room: number | undefined;
}

export const NO_CONVERSION: ConversionState = {
  shown: false,
  step: { kind: 'choose', message: undefined },
  stopped: [],
  room: undefined,
};
