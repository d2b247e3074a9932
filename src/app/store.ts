import { createStore, type StoreApi } from 'zustand/vanilla';
import type { DeviceReport } from '../engine/results.ts';
import { type ErrorCode, VpdError } from '../errors.ts';
import { OFFLINE_STATE, type OfflineState } from '../offline/state.ts';
import { LAYERS_STATE, type LayersState } from '../tasks/layer-stack.ts';
import type { MaskHistory } from '../tasks/refer/masks/masks.ts';
import { TASK_VIEWS, type TaskViews } from '../tasks/views.ts';
import type { TaskId } from '../vpd/config.ts';
import type { PackSummary } from '../weights/pack/pack-summary.ts';
import type { BatchState } from './batch/state.ts';
import type { ConversionState } from './convert/state.ts';
import type { EngineState, RunState } from './device/engine-state.ts';
import type { SecondModelState } from './second-model/state.ts';
import type { ShelfState } from './shelf/state.ts';
import { STAGE_STATE, type StageState } from './stage/state.ts';

/**
 * The page's state: ids and small facts. Photos, bitmaps and planes are in results.ts under the same ids, so that a moved slider never
 * copies them and the state can be saved as JSON.
 */

/** A photo in the strip. `url` is its thumbnail, or the sample's own file. */
export interface PhotoItem {
  readonly id: string;
  readonly name: string;
  readonly source: 'sample' | 'user';
  readonly state: 'idle' | 'waiting' | 'ready';
  readonly url: string | undefined;
  /** Pixels, once decoded. */
  readonly width: number;
  readonly height: number;
  /** Horizontal field of view in degrees, once decoded, if the photo's file contains it. */
  readonly fov?: number | undefined;
  /** What was changed when the photo was read, in sentences, once decoded. */
  readonly notes?: readonly string[];
  /** Example prompts. */
  readonly prompts: readonly string[];
  /** Address of a sample's ground truth. */
  readonly truth?: string | undefined;
}

/** A message that stays until it is dismissed. */
export interface Notice {
  readonly id: string;
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: string;
  /** What the Retry button repeats; undefined if that cannot help. */
  readonly retry: 'engine' | 'run' | undefined;
  /** If it is about several files: one sentence per file. */
  readonly files: readonly string[];
}

/** A point of the photo, as fractions of its width and height in [0, 1). */
interface Crosshair {
  readonly u: number;
  readonly v: number;
  readonly by: 'pointer' | 'keys';
  /** Set by a click: it does not follow the pointer until another click frees it. */
  readonly held?: true;
}

export interface AppState extends TaskViews {
  readonly engine: EngineState;
  readonly photos: readonly PhotoItem[];
  readonly selected: string | undefined;
  readonly task: TaskId;
  /** Text in the prompt box; `prompt` is the one that was run last. */
  readonly draft: string;
  readonly prompt: string;
  readonly promptError: string | undefined;
  /** Number of tokens of the draft. */
  readonly promptTokens: number | undefined;
  /** Words at the draft's end that are beyond the model's token limit. */
  readonly promptCut: readonly string[];
  /** Prompts of this and earlier visits, newest first. */
  readonly recent: readonly string[];
  /** Masks of each photo, by its id. */
  readonly masks: Readonly<Record<string, MaskHistory>>;
  readonly run: RunState | undefined;
  /** Incremented whenever the results in results.ts change. */
  readonly revision: number;
  readonly crosshair: Crosshair | undefined;
  readonly stage: StageState;
  readonly layers: LayersState;
  readonly notices: readonly Notice[];
  /** Whether a sample's ground truth is shown with its results. */
  readonly truth: boolean;
  /** Whether what is wrong in the results is drawn instead of the truth. */
  readonly errors: boolean;
  /** Name of the last removed photo, while the removal can be undone. */
  readonly removed: string | undefined;
  /** What was left out of the last folder that was opened, as a sentence. */
  readonly leftOut: string | undefined;
  /** Number of times the session was cleared. */
  readonly cleared: number;
  /** Whether the session is on disk; `off` if it cannot be saved. */
  readonly saved: 'off' | 'changed' | 'saved';
  readonly offline: OfflineState;
  /** Label of work that is not the engine's, e.g. writing a report. */
  readonly busy: string | undefined;
  /** The current or the last run over many photos. */
  readonly batch: BatchState | undefined;
  /** The conversion of checkpoints; undefined until one starts. */
  readonly conversion: ConversionState | undefined;
  /** The model shelf; undefined until it is opened. */
  readonly shelf: ShelfState | undefined;
  /** The second model while two are compared. */
  readonly secondModel: SecondModelState | undefined;
}

/** What every move of the pointer changes, and the progress of work; no panel of a task shows them. */
const RESTLESS = ['crosshair', 'stage', 'run', 'saved', 'busy', 'batch', 'conversion', 'shelf', 'notices'] as const;

/** The state without what often changes. */
export type SteadyState = Omit<AppState, (typeof RESTLESS)[number]>;

export function steadyState({ ...state }: AppState): SteadyState {
  for (const key of RESTLESS) Reflect.deleteProperty(state, key);
  return state;
}

export type AppStore = StoreApi<AppState>;

/** Initial values of everything that the user chooses or enters. */
export const NOTHING_CHOSEN = {
  task: 'depth',
  draft: '',
  prompt: '',
  promptError: undefined,
  promptTokens: undefined,
  promptCut: [],
  masks: {},
  ...TASK_VIEWS,
  layers: LAYERS_STATE,
  truth: false,
  errors: false,
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
    leftOut: undefined,
    cleared: 0,
    saved: 'off',
    offline: OFFLINE_STATE,
    busy: undefined,
    batch: undefined,
    conversion: undefined,
    shelf: undefined,
    secondModel: undefined,
    ...start,
  }));
}

/** Returns the open model; undefined while none is open. */
export const packOf = ({ engine }: Pick<AppState, 'engine'>): PackSummary | undefined =>
  engine.phase === 'ready' ? engine.pack : undefined;
/** Returns the device that the open model runs on. */
export const deviceOf = ({ engine }: Pick<AppState, 'engine'>): DeviceReport | undefined =>
  engine.phase === 'ready' ? engine.device : undefined;
/**
 * Returns the engine's state with the open model.
 * @throws VpdError bad-request: no model is open
 */
export function openModel({ engine }: Pick<AppState, 'engine'>): Extract<EngineState, { phase: 'ready' }> {
  if (engine.phase !== 'ready') throw new VpdError('bad-request', 'The model is not open yet; wait until it is.');
  return engine;
}

export const selectedPhoto = (state: Pick<AppState, 'photos' | 'selected'>): PhotoItem | undefined =>
  state.photos.find((photo) => photo.id === state.selected);
