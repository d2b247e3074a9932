/** State of the offline copy, as far as the page knows it. */
export interface OfflineState {
  /** `kept`: the next visit works without a network. */
  readonly kept: 'unknown' | 'kept' | 'not kept';
  /** `ready`: a new version has been fetched and waits; `elsewhere`: another tab has activated it. */
  readonly update: 'none' | 'ready' | 'elsewhere';
}

export const OFFLINE_STATE: OfflineState = { kept: 'unknown', update: 'none' };
