/** A folder of files, as far as a kept session needs one. The browser's is in opfs-folder.ts; tests have one in memory. */
export interface Folder {
  names(): Promise<readonly string[]>;
  /** Undefined where there is no file of that name. */
  read(name: string): Promise<Blob | undefined>;
  /** Writes a whole file and waits until it is on the disk. A failure may leave a part of it. */
  write(name: string, content: Blob): Promise<void>;
  /** Nothing where there is no such file. */
  remove(name: string): Promise<void>;
}
