/** The folder operations of a saved session. opfs-folder.ts implements them for the browser, testing/memory-folder.ts for tests. */
export interface Folder {
  names(): Promise<readonly string[]>;
  /** Returns a file; undefined if there is none of that name. */
  read(name: string): Promise<Blob | undefined>;
  /** Writes a whole file and waits until it is on disk. A failure may leave a part of it. */
  write(name: string, content: Blob): Promise<void>;
  /** Deletes a file; does nothing if there is no such file. */
  remove(name: string): Promise<void>;
}
