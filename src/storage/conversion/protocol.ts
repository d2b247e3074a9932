/** Types only: messages between the page and the conversion worker. A worker makes any number of plans, then converts the last one. */

import type { ConversionOptions } from '../../convert/plan.ts';
import type { FitReport } from '../../engine/fit.ts';
import type { DeviceReport } from '../../engine/results.ts';
import type { TaskId, VpdConfig } from '../../vpd/config.ts';
import type { WeightScheme } from '../../weights/quantize/stored-form.ts';
import type { WireError } from '../../worker-calls/wire.ts';
import type { FileMark, WeightFile } from './source.ts';

/** Result of a conversion to one precision, as planned. */
export interface PlannedScheme {
  /** Name of both the pack's folder and the conversion's. */
  readonly id: string;
  /** Size of all files of the pack; the size of its card is estimated. */
  readonly bytes: number;
  /** Whether the device can run it; undefined if no device is known. */
  readonly fit: FitReport | undefined;
  /** Bytes already written by an interrupted conversion of the same files and options. */
  readonly kept: number;
  /** True if the pack is already on the shelf. */
  readonly stored: boolean;
}

/** Contents of the files and the planned packs; nothing is written yet. */
export interface PlanReport {
  readonly files: readonly {
    readonly name: string;
    readonly format: string;
    readonly bytes: number;
    readonly tensors: number;
  }[];
  readonly marks: readonly FileMark[];
  /** The packs that the given files become: names and indices of each pack's files. This report covers the first pack. */
  readonly packs: readonly { readonly names: readonly string[]; readonly given: readonly number[] }[];
  readonly family: string;
  /** The model that the pack would describe. */
  readonly config: VpdConfig;
  readonly tasks: readonly TaskId[];
  /** Number of parameters of the model. */
  readonly parameters: number;
  /** True if there is no text encoder for the prompts: a checkpoint with CLIP must be given as well. */
  readonly needsText: boolean;
  /** Why it cannot be converted, in one sentence; undefined if it can. */
  readonly problem: string | undefined;
  readonly missing: readonly string[];
  readonly unknown: readonly string[];
  readonly wrong: readonly string[];
  readonly dropped: readonly { readonly reason: string; readonly names: readonly string[] }[];
  readonly notes: readonly string[];
  readonly schemes: Readonly<Record<WeightScheme, PlannedScheme>>;
}

export interface ConversionProgress {
  /** `waiting`: another tab converts. `checking`: files of an earlier run are hashed. `publishing`: files are moved to the shelf. */
  readonly phase: 'waiting' | 'checking' | 'converting' | 'publishing';
  readonly done: number;
  readonly total: number;
  /** Bytes of `done` that an interrupted conversion had already written. */
  readonly kept: number;
  /** Name of the current tensor. */
  readonly name: string;
}

export interface FinishedConversion {
  readonly id: string;
  readonly name: string;
  readonly bytes: number;
  /** sha256 of config.json, which holds the hashes of all other files. */
  readonly sha256: string;
}

export type ToConverter =
  | {
      readonly kind: 'plan';
      readonly files: readonly WeightFile[];
      readonly options: ConversionOptions;
      /** Device that would run the model, if known. */
      readonly device?: DeviceReport | undefined;
    }
  | { readonly kind: 'convert'; readonly weights: WeightScheme }
  | { readonly kind: 'pause' | 'resume' | 'cancel' };

export type FromConverter =
  | { readonly kind: 'planned'; readonly report: PlanReport }
  | { readonly kind: 'progress'; readonly progress: ConversionProgress }
  /** The connection to a server was lost; the next attempt is in `seconds`. */
  | { readonly kind: 'offline'; readonly seconds: number }
  | { readonly kind: 'done'; readonly finished: FinishedConversion }
  /** `kept`: the bytes written so far stay, and the same conversion resumes from them. */
  | { readonly kind: 'failed'; readonly error: WireError; readonly kept: boolean };
