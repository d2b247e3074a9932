/** Where converted files go: a folder on disk, the origin-private file system, or memory in tests. */
export interface FileSink {
  createFile(name: string): Promise<FileWriter>;
}

/** Bytes are consumed before `write` resolves: the caller may reuse its buffer. */
export interface FileWriter {
  write(chunk: Uint8Array): Promise<void>;
  /** The file is complete. */
  close(): Promise<void>;
  /** Removes what was written. */
  abort(): Promise<void>;
}

/** A sink that keeps the files in memory. */
export function memorySink(): FileSink & { readonly files: Map<string, Blob> } {
  const files = new Map<string, Blob>();
  return {
    files,
    createFile: async (name) => {
      const parts: Uint8Array<ArrayBuffer>[] = [];
      return {
        write: async (chunk) => {
          parts.push(chunk.slice());
        },
        close: async () => {
          files.set(name, new Blob(parts));
        },
        abort: async () => {
          parts.length = 0;
        },
      };
    },
  };
}
