import type { OpenOptions, PackSource } from '../../engine/protocol.ts';
import type { EngineState, RunState } from '../device/engine-state.ts';

/** A second model, whose results for the same photo are shown left of the compare handle. */
export interface SecondModelState {
  readonly source: PackSource;
  readonly how: OpenOptions;
  readonly engine: EngineState;
  readonly run: RunState | undefined;
}
