import type { OpenHow, PackSource } from '../../engine/protocol.ts';
import type { EngineState, RunState } from '../device/engine-state.ts';

/** A second model, whose view of the same photo stands left of the compare handle. */
export interface BesideState {
  readonly source: PackSource;
  readonly how: OpenHow;
  readonly engine: EngineState;
  readonly run: RunState | undefined;
}
