import type { ConversionOptions } from '../../convert/plan.ts';
import type { ConversionProgress, FinishedConversion, PlanReport } from '../../storage/conversion/protocol.ts';
import type { WeightScheme } from '../../weights/stored-form.ts';
import type { Pace } from '../pace.ts';

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
  | {
      readonly kind: 'choose';
      readonly message: string | undefined;
      /** Id of the conversion that the next files are asked for. */
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
      /** Why the options cannot be, in a sentence; the report is still that of the options before. */
      readonly wrong: string | undefined;
      /** That these are not the files that were asked for, and of which conversion they should have been. */
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
      /** Seconds until a connection that was lost is tried again. */
      readonly offline: number | undefined;
      /** What became of files that were given meanwhile. */
      readonly note: string | undefined;
    }
  | {
      readonly kind: 'failed';
      readonly report: PlanReport;
      readonly weights: WeightScheme;
      readonly message: string;
      /** Bytes that were written and stay, so that the conversion can go on; undefined where it cannot. */
      readonly kept: number | undefined;
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
  step: { kind: 'choose', message: undefined, expected: undefined },
  stopped: [],
  room: undefined,
};

/** Bytes of a conversion under way that are on the disk: while they are checked, all that an earlier visit left. */
export const writtenBytes = ({ progress, report, weights }: Extract<ConversionStep, { kind: 'work' }>): number =>
  Math.max(progress.done, report.schemes[weights].kept);
