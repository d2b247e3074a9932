import type { Hasher } from './sha256.ts';

/** Where converted files go: a folder on disk, the origin-private file system, or memory in tests (testing/memory-sink.ts). */
export interface FileSink {
  createFile(name: string): Promise<FileWriter>;
}

/** The beginning of a file that an interrupted conversion left, and the hash of just these bytes. */
export interface KeptPart {
  readonly bytes: number;
  readonly hash: Hasher;
}

/** Bytes are consumed before `write` resolves: the caller may reuse its buffer. */
export interface FileWriter {
  /** Given by sinks that can go on where they were stopped: what is there already, proved unharmed. `write` goes behind it. */
  readonly kept?: KeptPart;
  write(chunk: Uint8Array): Promise<void>;
  /** Told wherever a later conversion could go on: so many bytes, of this hash, are complete. */
  mark?(bytes: number, sha256: () => string): Promise<void>;
  /** The file is complete. */
  close(): Promise<void>;
  /** Lets go of a file that will not be completed: removes what was written, unless the sink keeps it to go on from. */
  abort(): Promise<void>;
}
