import type { ErrorCode } from '../errors.ts';

/** An error as it crosses between the page and a worker. */
export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly detail?: string;
}

/** A message to a worker that answers questions (`answer.ts`). */
export type Asked<Question> = { readonly id: number; readonly question: Question } | { readonly ping: true };

/** Its message to the page. */
export type Replied<Answer> =
  | { readonly id: number; readonly answer: Answer }
  | { readonly id: number; readonly error: WireError }
  | { readonly pong: true };
