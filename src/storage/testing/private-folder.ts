import type { SyncFile } from '../files/sync-folder.ts';

export interface PrivateFolder {
  readonly files: Map<string, Uint8Array<ArrayBuffer>>;
  /** Modification times of files, if a test sets them; otherwise 1. */
  readonly dates: Map<string, number>;
  readonly folders: Map<string, PrivateFolder>;
}

/** The used part of a browser's private file system, in memory, for tests. */
export function privateFolder(): PrivateFolder {
  const folders = new Map<string, PrivateFolder>();
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const dates = new Map<string, number>();
  const missing = () => new DOMException('', 'NotFoundError');
  const contentOf = (name: string) => files.get(name) ?? new Uint8Array(0);

  const syncFile = (name: string): SyncFile => ({
    read(into, { at }) {
      const part = contentOf(name).subarray(at, at + into.length);
      into.set(part);
      return part.length;
    },
    write(chunk, { at }) {
      const next = new Uint8Array(Math.max(contentOf(name).length, at + chunk.length));
      next.set(contentOf(name));
      next.set(chunk, at);
      files.set(name, next);
      return chunk.length;
    },
    getSize: () => contentOf(name).length,
    truncate: (size) => void files.set(name, contentOf(name).slice(0, size)),
    flush: () => undefined,
    close: () => undefined,
  });

  const fileHandle = (name: string) => ({
    kind: 'file',
    getFile: async () => new File([contentOf(name)], name, { lastModified: dates.get(name) ?? 1 }),
    async createWritable() {
      let content = new Blob();
      return {
        write: async (what: string | Blob) => {
          content = new Blob([what]);
        },
        close: async () => void files.set(name, new Uint8Array(await content.arrayBuffer())),
        abort: async () => undefined,
      };
    },
    createSyncAccessHandle: async () => syncFile(name),
    async move(folder: PrivateFolder, to: string) {
      folder.files.set(to, contentOf(name));
      files.delete(name);
    },
  });

  const handle = {
    kind: 'directory',
    files,
    dates,
    folders,
    async getDirectoryHandle(name: string, { create = false } = {}) {
      const folder = folders.get(name) ?? (create ? privateFolder() : undefined);
      if (!folder) throw missing();
      folders.set(name, folder);
      return folder;
    },
    async getFileHandle(name: string, { create = false } = {}) {
      if (!files.has(name) && !create) throw missing();
      files.set(name, contentOf(name));
      return fileHandle(name);
    },
    async removeEntry(name: string) {
      if (!files.delete(name) && !folders.delete(name)) throw missing();
    },
    async *entries() {
      yield* folders.entries();
      for (const name of [...files.keys()]) yield [name, fileHandle(name)] as const;
    },
  };
  return handle;
}

type Work = (lock: object | null) => unknown;
interface Options {
  readonly ifAvailable?: boolean;
  readonly signal?: AbortSignal;
}

/** Ends only with an error, when the signal is aborted. */
const untilAborted = (signal: AbortSignal | undefined) =>
  new Promise<never>((_, reject) => {
    if (signal?.aborted) reject(signal.reason);
    signal?.addEventListener('abort', () => reject(signal.reason));
  });

/**
 * The Web Locks of a page, for tests.
 * @param taken Names of the locks that another tab holds, for ever.
 * @param before Called with a lock's name before it is granted, to simulate what another tab does in the meantime.
 */
export const pageLocks = (
  taken: ReadonlySet<string> = new Set(),
  before: (name: string) => void = () => undefined,
) => ({
  async request(name: string, ...[first, second]: [Work] | [options: Options, work: Work]) {
    before(name);
    const [work, options] = typeof first === 'function' ? [first] : [second, first];
    if (!taken.has(name)) return work?.({});
    return options?.ifAvailable ? work?.(null) : untilAborted(options?.signal);
  },
  query: async () => ({ held: [...taken].map((name) => ({ name })) }),
});
