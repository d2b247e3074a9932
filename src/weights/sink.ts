import type { Hasher } from './sha256.ts';

/** Destination of converted files: a folder on disk, the origin-private file system, or memory in tests (testing/memory-sink.ts). */
export interface FileSink {
  createFile(name: string): Promise<FileWriter>;
}

/** The verified beginning of a file that an interrupted conversion left, and the hash of exactly these bytes. */
export interface KeptPart {
  readonly bytes: number;
  readonly hash: Hasher;
}

/** Writes one file. The bytes are consumed before `write` resolves, so the caller may reuse its buffer. */
export interface FileWriter {
  /** The part of the file that already exists, for sinks that can resume; `write` appends to it. */
  readonly kept?: KeptPart;
  write(chunk: Uint8Array): Promise<void>;
  /** Records a place from which a later conversion can resume: the first `bytes` bytes, with this hash, are complete. */
  mark?(bytes: number, sha256: () => string): Promise<void>;
  /** Completes the file. */
  close(): Promise<void>;
  /** Closes a file that will not be completed; deletes it unless the sink can resume from it. */
  abort(): Promise<void>;
}
