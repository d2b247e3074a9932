import type { DeviceReport, PackOrigin, PackSource, Progress, StageTiming } from '../../engine/protocol.ts';
import type { PackSummary } from '../../weights/pack-summary.ts';

/** An engine as the page shows it: the main one, or the one beside it. */
export type EngineState =
  | { readonly phase: 'idle' }
  | { readonly phase: 'starting'; readonly progress: Progress }
  | {
      readonly phase: 'ready';
      readonly device: DeviceReport;
      readonly pack: PackSummary;
      readonly runtime: readonly string[];
      readonly timings: readonly StageTiming[];
      /** Where the pack lies, and where its bytes came from. */
      readonly source: PackSource;
      readonly from: PackOrigin;
    }
  | { readonly phase: 'failed'; readonly message: string };

/** The run under way, or the last one that failed. */
export type RunState =
  | { readonly phase: 'running'; readonly key: string; readonly progress: Progress }
  | { readonly phase: 'failed'; readonly key: string; readonly message: string };
