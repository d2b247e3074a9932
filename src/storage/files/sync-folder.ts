/** The part of FileSystemSyncAccessHandle that is used here; tests implement it in memory. */
export interface SyncFile {
  read(into: Uint8Array<ArrayBuffer>, options: { readonly at: number }): number;
  write(bytes: Uint8Array<ArrayBuffer>, options: { readonly at: number }): number;
  getSize(): number;
  truncate(size: number): void;
  /** Returns once everything written is on disk. */
  flush(): void;
  close(): void;
}

/** A folder whose files can be written in place. */
export interface SyncFolder {
  /** Opens a file, created if it does not exist; it cannot be opened a second time until it is closed. */
  open(name: string): Promise<SyncFile>;
}
