import type { Folder } from '../files/folder.ts';

/**
 * A folder in memory for tests. `tear` makes the next write fail after some bytes, like a crash or a full disk.
 * @param capacity Size of the disk in bytes.
 */
export function memoryFolder(
  capacity = Number.POSITIVE_INFINITY,
): Folder & { readonly files: Map<string, Blob>; tear(after: number): void } {
  const files = new Map<string, Blob>();
  let left: number | undefined;
  return {
    files,
    tear(after) {
      left = after;
    },
    names: async () => [...files.keys()],
    read: async (name) => files.get(name),
    async write(name, content) {
      const most = left;
      left = undefined;
      let others = 0;
      for (const [other, { size }] of files) if (other !== name) others += size;
      if (others + content.size > capacity) throw new DOMException('', 'QuotaExceededError');
      files.set(name, most === undefined ? content : content.slice(0, most));
      if (most !== undefined) throw new DOMException('', 'QuotaExceededError');
    },
    async remove(name) {
      files.delete(name);
    },
  };
}
