import type { ErrorCode } from '../errors.ts';

/** An error as it crosses between the page and a worker. */
export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly detail?: string;
}
