/** Types only: what the page and the conversion worker say to each other. A worker makes plans, one after the other, and one conversion of the last. */

import type { WireError } from '../../asking/wire.ts';
import type { ConversionOptions } from '../../convert/plan.ts';
import type { FitReport } from '../../engine/fit.ts';
import type { DeviceReport } from '../../engine/protocol.ts';
import type { TaskId, VpdConfig } from '../../vpd/config.ts';
import type { WeightScheme } from '../../weights/stored-form.ts';
import type { FileMark, WeightFile } from './source.ts';

/** What a conversion would give in one precision. */
export interface PlannedScheme {
  /** Folder of the pack and of the conversion. */
  readonly id: string;
  /** All files of the pack, to within the length of its card. */
  readonly bytes: number;
  /** Whether the device at hand can run it; undefined where no device is known. */
  readonly fit: FitReport | undefined;
  /** Bytes that an interrupted conversion left, of the same files and choices. */
  readonly kept: number;
  /** The pack is on the shelf already. */
  readonly stored: boolean;
}

/** What was found in the files, before anything is written. */
export interface PlanReport {
  readonly files: readonly {
    readonly name: string;
    readonly format: string;
    readonly bytes: number;
    readonly tensors: number;
  }[];
  readonly marks: readonly FileMark[];
  /** What the files given become, pack by pack, with their places among those given. This report is of the first. */
  readonly packs: readonly { readonly names: readonly string[]; readonly given: readonly number[] }[];
  readonly family: string;
  /** The model that the pack would describe. */
  readonly config: VpdConfig;
  readonly tasks: readonly TaskId[];
  /** Numbers that the model holds. */
  readonly parameters: number;
  /** Prompts cannot be read: a checkpoint with CLIP must come beside it. */
  readonly needsText: boolean;
  /** One sentence why it cannot be converted, or undefined if it can. */
  readonly problem: string | undefined;
  readonly missing: readonly string[];
  readonly unknown: readonly string[];
  readonly wrong: readonly string[];
  readonly dropped: readonly { readonly reason: string; readonly names: readonly string[] }[];
  readonly notes: readonly string[];
  readonly schemes: Readonly<Record<WeightScheme, PlannedScheme>>;
}

export interface ConversionProgress {
  /** `waiting`: another tab converts. `checking`: what an earlier run left is hashed. `publishing`: all is written. */
  readonly phase: 'waiting' | 'checking' | 'converting' | 'publishing';
  readonly done: number;
  readonly total: number;
  /** Of `done`, what an interrupted conversion had left. */
  readonly kept: number;
  /** Tensor at hand. */
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
      /** What the model would run on, if that is known. */
      readonly device?: DeviceReport | undefined;
    }
  | { readonly kind: 'convert'; readonly weights: WeightScheme }
  | { readonly kind: 'pause' | 'resume' | 'cancel' };

export type FromConverter =
  | { readonly kind: 'planned'; readonly report: PlanReport }
  | { readonly kind: 'progress'; readonly progress: ConversionProgress }
  /** The connection to a server was lost, and is tried again in so many seconds. */
  | { readonly kind: 'offline'; readonly seconds: number }
  | { readonly kind: 'done'; readonly finished: FinishedConversion }
  /** `kept`: what was written stays, and the same conversion goes on from there. */
  | { readonly kind: 'failed'; readonly error: WireError; readonly kept: boolean };
