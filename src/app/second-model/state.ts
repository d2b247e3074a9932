import type { OpenOptions, PackSource } from '../../engine/protocol.ts';
import type { EngineState, RunState } from '../device/engine-state.ts';

/** A second model, whose results for the same photo are shown left of the compare handle. */
export interface SecondModelState {
  readonly source: PackSource;
  readonly how: OpenOptions;
  readonly engine: EngineState;
  readonly run: RunState | undefined;
}

/** True if two models are compared: the second one is open, not still starting or failed. */
export const isComparing = ({ secondModel }: { readonly secondModel: SecondModelState | undefined }): boolean =>
  secondModel?.engine.phase === 'ready';
