/** What is used of a FileSystemSyncAccessHandle; tests bring one of their own. */
export interface SyncFile {
  read(into: Uint8Array<ArrayBuffer>, options: { readonly at: number }): number;
  write(bytes: Uint8Array<ArrayBuffer>, options: { readonly at: number }): number;
  getSize(): number;
  truncate(size: number): void;
  /** Returns when everything written is on the disk. */
  flush(): void;
  close(): void;
}

/** A folder whose files can be written in place. */
export interface SyncFolder {
  /** Opens a file, made if need be; nobody else can open it until it is closed. */
  open(name: string): Promise<SyncFile>;
}
