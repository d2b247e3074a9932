import type { ConversionOptions } from '../../convert/plan.ts';
import type { ConversionProgress, FinishedConversion, PlanReport } from '../../storage/conversion/protocol.ts';
import type { WeightScheme } from '../../weights/quantize/stored-form.ts';
import type { Pace } from '../pace.ts';

/** An unfinished conversion, as the page lists it. */
export interface StoppedItem {
  readonly id: string;
  readonly name: string;
  readonly weights: WeightScheme;
  readonly files: readonly string[];
  readonly kept: number;
  readonly total: number;
  /** True if another tab is converting it. */
  readonly busy: boolean;
}

/** Step of the dialog that converts checkpoints. */
export type ConversionStep =
  /** No files were given yet. */
  | {
      readonly kind: 'choose';
      readonly message: string | undefined;
      /** Id of the unfinished conversion whose files are expected next. */
      readonly expected: string | undefined;
    }
  | {
      readonly kind: 'reading';
      readonly names: readonly string[];
      readonly offline: number | undefined;
      readonly expected: string | undefined;
    }
  | {
      readonly kind: 'plan';
      readonly report: PlanReport;
      readonly options: ConversionOptions;
      readonly weights: WeightScheme;
      /** Why the options were refused, in one sentence; the report is still that of the previous options. */
      readonly wrong: string | undefined;
      /** Says that these are not the files of the conversion `expected`. */
      readonly note: string | undefined;
      readonly expected: string | undefined;
    }
  | {
      readonly kind: 'work';
      readonly report: PlanReport;
      readonly weights: WeightScheme;
      readonly progress: ConversionProgress;
      readonly pace: Pace | undefined;
      readonly paused: boolean;
      /** Seconds until a lost connection is tried again; undefined while connected. */
      readonly offline: number | undefined;
      /** Says what happened to files that were given during the conversion. */
      readonly note: string | undefined;
    }
  | {
      readonly kind: 'failed';
      readonly report: PlanReport;
      readonly weights: WeightScheme;
      readonly message: string;
      /** Bytes that are kept so that the conversion can be continued; undefined if it cannot. */
      readonly kept: number | undefined;
    }
  /** All models of the files that were given together are ready. */
  | { readonly kind: 'done'; readonly finished: readonly FinishedConversion[] };

export interface ConversionState {
  /** True if the dialog is open; a conversion goes on without it. */
  readonly shown: boolean;
  readonly step: ConversionStep;
  readonly stopped: readonly StoppedItem[];
  /** Bytes that the page may still store; undefined if the browser does not say. */
  readonly room: number | undefined;
}

export const NO_CONVERSION: ConversionState = {
  shown: false,
  step: { kind: 'choose', message: undefined, expected: undefined },
  stopped: [],
  room: undefined,
};

/** Returns the bytes that a running conversion has on disk, including those of an earlier visit that it is still checking. */
export const writtenBytes = ({ progress, report, weights }: Extract<ConversionStep, { kind: 'work' }>): number =>
  Math.max(progress.done, report.schemes[weights].kept);
