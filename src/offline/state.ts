/** What the page knows of being kept. */
export interface OfflineState {
  /** `kept`: the next visit works without a network. */
  readonly kept: 'unknown' | 'kept' | 'not kept';
  /** `ready`: a new version was fetched and waits; `elsewhere`: another tab has put it to use. */
  readonly update: 'none' | 'ready' | 'elsewhere';
}

export const OFFLINE_STATE: OfflineState = { kept: 'unknown', update: 'none' };
