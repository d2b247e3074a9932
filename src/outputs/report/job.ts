/** Types only: what the page and the report worker say to each other. */
import type { Snapshot } from '../../storage/session/snapshot.ts';
import type { VpdConfig } from '../../vpd/config.ts';
import type { Outcome } from '../batch/job.ts';
import type { ReportFacts, ReportPack } from './format.ts';

/** A result with what was asked for. */
export type Answered = {
  /** What computed it, where that was not the report's own model. */
  readonly pack?: ReportPack;
} & (
  | (Extract<Outcome, { task: 'depth' }> & { readonly scene: string | undefined })
  | (Extract<Outcome, { task: 'refer' }> & { readonly prompt: string })
  | Extract<Outcome, { task: 'segment' }>
);

/** A photo with its results, as it goes into a report and comes out of one. */
export interface ReportPhoto {
  /** As in the snapshot. */
  readonly id: string;
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** Horizontal field of view in degrees, where the photo's file is known to tell it. */
  readonly fov?: number | undefined;
  readonly file: Blob;
  readonly answers: readonly Answered[];
}

export interface ReportContents {
  readonly facts: ReportFacts;
  readonly snapshot: Snapshot;
  readonly photos: readonly ReportPhoto[];
}

/** What a report begins with. */
export interface ReportStart {
  readonly facts: ReportFacts;
  readonly snapshot: Snapshot;
  /** How the open model fits photos, on which the automatic field of view depends. */
  readonly working: VpdConfig['working'];
}

export type ToReport =
  /** Begins a report; photos follow one by one, so that the page never copies all of them at once. */
  | ({ readonly kind: 'start' } & ReportStart)
  | { readonly kind: 'photo'; readonly photo: ReportPhoto }
  | { readonly kind: 'finish' }
  | { readonly kind: 'read'; readonly file: Blob; readonly name: string };
/** The report for `finish`, its contents for `read`, nothing for the others. */
export type FromReport =
  | { readonly kind: 'noted' }
  | { readonly kind: 'written'; readonly file: Blob }
  | { readonly kind: 'read'; readonly contents: ReportContents };
