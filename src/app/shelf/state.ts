import type { FitReport } from '../../engine/fit.ts';
import type { Found, PackFacts, ShelfList, ShelfProgress } from '../../storage/shelf/protocol.ts';
import type { Pace } from '../pace.ts';

/** Work of the shelf that takes its time; one at a time. */
interface ShelfJob {
  readonly title: string;
  readonly progress: ShelfProgress;
  readonly pace: Pace | undefined;
}

/** What a stored model is opened for: to work with it, or to stand beside the open one. */
export type Use = 'load' | 'compare';

export interface ShelfState {
  /** Whether the dialog is open; work goes on without it. */
  readonly shown: boolean;
  /** Undefined until it has been read. */
  readonly list: ShelfList | undefined;
  /** What stands in the address box. */
  readonly address: string;
  readonly looking: boolean;
  readonly found: Found | undefined;
  readonly job: ShelfJob | undefined;
  readonly message: { readonly tone: 'good' | 'bad'; readonly text: string } | undefined;
  /** The pack that does not fit the device, and what was to be done with it. */
  readonly misfit: { readonly id: string; readonly report: FitReport; readonly use: Use } | undefined;
  /** Of the pack that comes with the page; undefined until it has been read. */
  readonly embedded: PackFacts | undefined;
  /** Whether the browser has promised to keep what is stored; undefined where it cannot be asked. */
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
