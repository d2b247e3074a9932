/** Types of the messages between the page and the report worker. */
import type { AnswerWith } from '../../engine/answer.ts';
import type { Snapshot } from '../../storage/session/snapshot.ts';
import type { VpdConfig } from '../../vpd/config.ts';
import type { ReportFacts, ReportPack } from './format.ts';

/** A result with the parameters of its request. */
export type Answered = {
  /** Model that computed it, if that is not the report's own. */
  readonly pack?: ReportPack;
} & AnswerWith<{
  readonly depth: { readonly scene: string | undefined };
  readonly refer: { readonly prompt: string };
  readonly segment: unknown;
}>;

/** A photo with its results, as written into a report and read from one. */
export interface ReportPhoto {
  /** Id in the snapshot. */
  readonly id: string;
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** Horizontal field of view in degrees, if the photo's file contains it. */
  readonly fov?: number | undefined;
  readonly file: Blob;
  readonly answers: readonly Answered[];
}

export interface ReportContents {
  readonly facts: ReportFacts;
  readonly snapshot: Snapshot;
  readonly photos: readonly ReportPhoto[];
}

/** The part of a report that is the same for all photos. */
export interface ReportStart {
  readonly facts: ReportFacts;
  readonly snapshot: Snapshot;
  /** Input size of the open model, on which the automatic field of view depends. */
  readonly working: VpdConfig['working'];
}

export type ToReport =
  /** Starts a report; photos follow one by one, so that the page never copies all of them at once. */
  | ({ readonly kind: 'start' } & ReportStart)
  | { readonly kind: 'photo'; readonly photo: ReportPhoto }
  | { readonly kind: 'finish' }
  | { readonly kind: 'read'; readonly file: Blob; readonly name: string };
/** Answers: `written` to `finish`, `read` to `read`, `noted` to the others. */
export type FromReport =
  | { readonly kind: 'noted' }
  | { readonly kind: 'written'; readonly file: Blob }
  | { readonly kind: 'read'; readonly contents: ReportContents };
