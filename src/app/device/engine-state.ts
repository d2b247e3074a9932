import type { PackOrigin, PackSource, Progress } from '../../engine/protocol.ts';
import type { DeviceReport, StageTiming } from '../../engine/results.ts';
import type { ErrorCode } from '../../errors.ts';
import type { PackSummary } from '../../weights/pack/pack-summary.ts';

/** State of an engine: of the main one, or of the second model's. */
export type EngineState =
  | { readonly phase: 'idle' }
  | { readonly phase: 'starting'; readonly progress: Progress }
  | {
      readonly phase: 'ready';
      readonly device: DeviceReport;
      readonly pack: PackSummary;
      readonly runtime: readonly string[];
      readonly timings: readonly StageTiming[];
      /** Location of the pack. */
      readonly source: PackSource;
      /** Where its bytes came from. */
      readonly from: PackOrigin;
    }
  /** `stopped`: the user stopped the opening. */
  | { readonly phase: 'failed'; readonly message: string; readonly stopped?: true };

/** The current run, or the last one if it failed or was stopped. */
export type RunState =
  | { readonly phase: 'running'; readonly key: string; readonly progress: Progress }
  | { readonly phase: 'failed'; readonly key: string; readonly message: string; readonly code?: ErrorCode }
  /** `ending`: the engine still works on its last step, which cannot be interrupted. */
  | { readonly phase: 'stopped'; readonly key: string; readonly ending: boolean };
