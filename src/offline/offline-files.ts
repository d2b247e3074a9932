/** Files of a built page: path relative to the page → first HASH_DIGITS hexadecimal digits of the content's SHA-256. */
export type HashedFiles = Readonly<Record<string, string>>;

/** The list of files that the build puts into the service worker. */
export interface OfflineFiles {
  /** Hash of both lists; identifies a version of the page. */
  readonly version: string;
  /** Files that every visit may need; either all of them are kept or none. */
  readonly always: HashedFiles;
  /** Builds of onnxruntime-web, of which a machine needs one. */
  readonly onDemand: HashedFiles;
}

/** Hexadecimal digits of a stored hash: enough to distinguish versions. */
export const HASH_DIGITS = 16;

/**
 * Messages from the page to the service worker. `keep` stores more files and is answered on the port: true if it worked; `take-over`
 * activates a waiting version; `let-go` aborts the active version's requests, so that the waiting one can take over.
 */
export type ToServiceWorker =
  | { readonly kind: 'keep'; readonly urls: readonly string[] }
  | { readonly kind: 'take-over' }
  | { readonly kind: 'let-go' };
