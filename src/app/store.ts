import { createStore, type StoreApi } from 'zustand/vanilla';
import type { DeviceReport } from '../engine/protocol.ts';
import type { ErrorCode } from '../errors.ts';
import { OFFLINE_STATE, type OfflineState } from '../offline/state.ts';
import { DEPTH_VIEW, type DepthView } from '../tasks/depth/view.ts';
import { LAYERS_STATE, type LayersState } from '../tasks/layer-stack.ts';
import type { MaskHistory } from '../tasks/refer/masks/masks.ts';
import { REFER_VIEW, type ReferView } from '../tasks/refer/view.ts';
import { SEGMENT_VIEW, type SegmentView } from '../tasks/segment/view.ts';
import type { TaskId } from '../vpd/config.ts';
import type { PackSummary } from '../weights/pack-summary.ts';
import type { BatchState } from './batch/state.ts';
import type { BesideState } from './beside/state.ts';
import type { ConversionState } from './convert/state.ts';
import type { EngineState, RunState } from './device/engine-state.ts';
import type { ShelfState } from './shelf/state.ts';
import { STAGE_STATE, type StageState } from './stage/state.ts';

/**
 * The page's state: ids and small facts. Photos, bitmaps and planes live in results.ts under the same ids, so that a change of a
 * slider never touches them and the state can be written down.
 */

/** A photo in the strip. `url` is a small picture for the thumbnail, or the sample's own file. */
export interface PhotoItem {
  readonly id: string;
  readonly name: string;
  readonly source: 'sample' | 'user';
  readonly state: 'idle' | 'waiting' | 'ready';
  readonly url: string | undefined;
  /** Pixels, once decoded. */
  readonly width: number;
  readonly height: number;
  /** Horizontal field of view in degrees, once decoded, where the photo's file tells it. */
  readonly fov?: number | undefined;
  /** Prompts worth trying on it. */
  readonly prompts: readonly string[];
  /** Address of what is truly there, of a sample. */
  readonly truth?: string | undefined;
}

/** A message that stays until it is dismissed. */
export interface Notice {
  readonly id: string;
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: string;
  /** What Retry does; undefined where trying again cannot help. */
  readonly retry: 'engine' | 'run' | undefined;
}

/** A point of the photo, as shares of its width and height in [0, 1). */
interface Crosshair {
  readonly u: number;
  readonly v: number;
  readonly by: 'pointer' | 'keys';
  /** A click has put it there to stay: it follows no pointer until it is let go. */
  readonly held?: true;
}

export interface AppState {
  readonly engine: EngineState;
  readonly photos: readonly PhotoItem[];
  readonly selected: string | undefined;
  readonly task: TaskId;
  /** What stands in the prompt box, and what was last run. */
  readonly draft: string;
  readonly prompt: string;
  readonly promptError: string | undefined;
  /** Tokens of the draft. */
  readonly promptTokens: number | undefined;
  /** Words at the draft's end that the model would not read. */
  readonly promptCut: readonly string[];
  /** Prompts of this and earlier visits, newest first. */
  readonly recent: readonly string[];
  /** Masks of each photo, by its id. */
  readonly masks: Readonly<Record<string, MaskHistory>>;
  readonly depth: DepthView;
  readonly refer: ReferView;
  readonly segment: SegmentView;
  readonly run: RunState | undefined;
  /** Counts finished runs: results.ts has news. */
  readonly revision: number;
  readonly crosshair: Crosshair | undefined;
  readonly stage: StageState;
  readonly layers: LayersState;
  readonly notices: readonly Notice[];
  /** Whether what is really in a sample is shown beside what was found. */
  readonly truth: boolean;
  /** Name of the photo that was removed last and can be brought back. */
  readonly removed: string | undefined;
  /** How often the session was cleared. */
  readonly cleared: number;
  /** Whether the session is on this machine's disk; `off` where nothing is kept. */
  readonly saved: 'off' | 'changed' | 'saved';
  readonly offline: OfflineState;
  /** What is going on beside the engine's work, in words. */
  readonly busy: string | undefined;
  /** The run over many photos that is under way, or the last one. */
  readonly batch: BatchState | undefined;
  /** The conversion of checkpoints; undefined until there is one. */
  readonly conversion: ConversionState | undefined;
  /** The model shelf, once it has been opened. */
  readonly shelf: ShelfState | undefined;
  /** The second model, while two are compared. */
  readonly beside: BesideState | undefined;
}

export type AppStore = StoreApi<AppState>;

/** What is on show, and how, before anything was looked for or chosen. */
export const NOTHING_CHOSEN = {
  task: 'depth',
  draft: '',
  prompt: '',
  promptError: undefined,
  promptTokens: undefined,
  promptCut: [],
  masks: {},
  depth: DEPTH_VIEW,
  refer: REFER_VIEW,
  segment: SEGMENT_VIEW,
  layers: LAYERS_STATE,
  truth: false,
  crosshair: undefined,
} satisfies Partial<AppState>;

export function createAppStore(start: Partial<AppState> = {}): AppStore {
  return createStore<AppState>(() => ({
    engine: { phase: 'idle' },
    photos: [],
    selected: undefined,
    recent: [],
    run: undefined,
    revision: 0,
    stage: STAGE_STATE,
    notices: [],
    ...NOTHING_CHOSEN,
    removed: undefined,
    cleared: 0,
    saved: 'off',
    offline: OFFLINE_STATE,
    busy: undefined,
    batch: undefined,
    conversion: undefined,
    shelf: undefined,
    beside: undefined,
    ...start,
  }));
}

/** The open model; none as long as it is not there. */
export const packOf = ({ engine }: Pick<AppState, 'engine'>): PackSummary | undefined =>
  engine.phase === 'ready' ? engine.pack : undefined;
/** What it runs on. */
export const deviceOf = ({ engine }: Pick<AppState, 'engine'>): DeviceReport | undefined =>
  engine.phase === 'ready' ? engine.device : undefined;

export const selectedPhoto = (state: AppState): PhotoItem | undefined =>
  state.photos.find((photo) => photo.id === state.selected);
