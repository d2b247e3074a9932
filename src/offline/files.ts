/** Files of a built page by their path beside it, with the first 16 hexadecimal digits of the SHA-256 of what is in them. */
export type HashedFiles = Readonly<Record<string, string>>;

/** What the service worker is told when the page is built. */
export interface OfflineFiles {
  /** Hash of all below: one version of the page. */
  readonly version: string;
  /** What every visit may need; kept as a whole or not at all. */
  readonly always: HashedFiles;
  /** Builds of the runtime, of which a machine needs one. */
  readonly onDemand: HashedFiles;
}

/** Bytes of a hash that are written down: enough to tell versions apart, and each build stays readable. */
export const HASH_DIGITS = 16;

/** What the page asks of the service worker; `keep` is answered on the port with whether it worked. */
export type ToServiceWorker =
  | { readonly kind: 'keep'; readonly urls: readonly string[] }
  | { readonly kind: 'take-over' }
  | { readonly kind: 'let-go' };
