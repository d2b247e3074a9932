import type { FileSink } from '../sink.ts';

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
