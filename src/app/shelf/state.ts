import type { FitReport } from '../../engine/fit.ts';
import type { Found, PackFacts, ShelfList, ShelfProgress } from '../../storage/shelf/protocol.ts';
import type { Pace } from '../pace.ts';

/** A long job of the shelf; only one runs at a time. */
interface ShelfJob {
  readonly title: string;
  readonly progress: ShelfProgress;
  readonly pace: Pace | undefined;
}

/** `load`: a model is opened in place of the open one; `compare`: as second model. */
export type Use = 'load' | 'compare';

export interface ShelfState {
  /** True if the dialog is open; a job goes on without it. */
  readonly shown: boolean;
  /** Undefined until it has been read. */
  readonly list: ShelfList | undefined;
  /** Text in the address box. */
  readonly address: string;
  readonly looking: boolean;
  readonly found: Found | undefined;
  readonly job: ShelfJob | undefined;
  readonly message: { readonly tone: 'good' | 'bad'; readonly text: string } | undefined;
  /** The pack that does not fit the device, and how it was to be opened. */
  readonly misfit: { readonly id: string; readonly report: FitReport; readonly use: Use } | undefined;
  /** Facts of the pack that comes with the page; undefined until they have been read. */
  readonly embedded: PackFacts | undefined;
  /** True if the browser has promised to keep what is stored; undefined if it cannot be asked. */
  readonly persisted: boolean | undefined;
}

export const NO_SHELF: ShelfState = {
  shown: false,
  list: undefined,
  address: '',
  looking: false,
  found: undefined,
  job: undefined,
  message: undefined,
  misfit: undefined,
  embedded: undefined,
  persisted: undefined,
};
