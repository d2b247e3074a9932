import { VpdError } from '../../errors.ts';
import { formatBytes } from '../../format-bytes.ts';
import { CONFIG_FILE, type PackConfig } from '../../weights/pack-config.ts';
import { createSha256, type Hasher } from '../../weights/sha256.ts';
import { storageError } from '../files/opfs.ts';
import type { SyncFile, SyncFolder } from '../files/sync-folder.ts';

/** Where a pack's files come from: a server, an archive, files that were dropped. */
export interface Incoming {
  /** Bytes of a file from `start` to its end. */
  read(name: string, start: number): AsyncIterable<Uint8Array<ArrayBuffer>>;
}

export interface ReceiveProgress {
  /** Bytes that are here and checked, and of all files. */
  readonly done: number;
  readonly total: number;
  /** File at hand. */
  readonly name: string;
  /** Whether bytes that an earlier attempt left are being read again, and nothing comes in. */
  readonly checking: boolean;
}

export interface ReceiveOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ReceiveProgress) => void) | undefined;
}

/** Read size when what is there already is hashed again. */
const CHUNK_BYTES = 4 * 2 ** 20;

/** Bytes of all files of a pack but its config. */
export const packBytes = (config: PackConfig): number =>
  Object.values(config.files).reduce((sum, { bytes }) => sum + bytes, 0);

/**
 * Writes the files that a config lists, each checked against its sha256 while it comes in; what an earlier attempt left is hashed again
 * and kept. An error or a cancel leaves what has come, for the next attempt; a file whose hash is wrong is emptied.
 * @throws VpdError bad-file for wrong lengths and hashes; storage; whatever `incoming` throws
 */
export async function receivePack(
  folder: SyncFolder,
  config: PackConfig,
  incoming: Incoming,
  { signal, onProgress }: ReceiveOptions = {},
): Promise<void> {
  const total = packBytes(config);
  let before = 0;
  for (const [name, expected] of Object.entries(config.files)) {
    const file = await folder.open(name);
    try {
      const report = (done: number, checking: boolean) => onProgress?.({ done: before + done, total, name, checking });
      await receiveFile(file, name, expected, incoming, report, signal);
    } finally {
      file.close();
    }
    before += expected.bytes;
  }
}

async function receiveFile(
  file: SyncFile,
  name: string,
  expected: PackConfig['files'][string],
  incoming: Incoming,
  report: (done: number, checking: boolean) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const hash = createSha256();
  if (file.getSize() > expected.bytes) file.truncate(0);
  let at = 0;
  const cancelled = () => {
    if (signal?.aborted) throw new VpdError('cancelled', 'Cancelled.');
  };
  for await (const bytes of hashed(file, hash)) {
    cancelled();
    at += bytes;
    report(at, true);
  }
  if (at < expected.bytes)
    for await (const chunk of incoming.read(name, at)) {
      cancelled();
      if (at + chunk.length > expected.bytes) {
        file.truncate(0);
        throw new VpdError(
          'bad-file',
          `${name} is longer than the ${expected.bytes} bytes that ${CONFIG_FILE} says; the pack's files do not belong together.`,
        );
      }
      writeAt(name, file, chunk, at);
      hash.update(chunk);
      at += chunk.length;
      report(at, false);
    }
  file.flush();
  if (at < expected.bytes)
    throw new VpdError(
      'bad-file',
      `${name} has ${at} bytes and ${CONFIG_FILE} says ${expected.bytes}: it is truncated or of another pack.`,
    );
  const found = hash.hex();
  if (found !== expected.sha256) {
    file.truncate(0);
    throw new VpdError(
      'bad-file',
      `${name} has sha256 ${found} and ${CONFIG_FILE} says ${expected.sha256}: it was damaged on its way or is of another pack. Get it again.`,
    );
  }
}

/** Hashes what is in a file; tells how much, part by part, with a pause for messages (a cancel) after each. */
async function* hashed(file: SyncFile, hash: Hasher): AsyncGenerator<number> {
  const size = file.getSize();
  const buffer = new Uint8Array(Math.min(size, CHUNK_BYTES));
  for (let at = 0; at < size; ) {
    const count = file.read(buffer.subarray(0, Math.min(buffer.length, size - at)), { at });
    if (count === 0) break;
    hash.update(buffer.subarray(0, count));
    at += count;
    await new Promise((resolve) => setTimeout(resolve, 0));
    yield count;
  }
}

function writeAt(name: string, file: SyncFile, chunk: Uint8Array<ArrayBuffer>, at: number): void {
  try {
    for (let done = 0; done < chunk.length; ) {
      const count = file.write(chunk.subarray(done), { at: at + done });
      // Some browsers write less than asked for where there is no room, and throw nothing.
      if (count === 0) throw noRoom(name, chunk.length - done);
      done += count;
    }
  } catch (thrown) {
    throw storageError(name, thrown);
  }
}

/** The sentence for a disk that is full. */
export const noRoom = (what: string, needed: number, free?: number): VpdError =>
  new VpdError(
    'storage',
    `${what} needs ${formatBytes(needed)} more and ${
      free === undefined ? 'there is no room left' : `the browser gives this page only ${formatBytes(free)}`
    }. Delete a model that you no longer need, or free disk space, and go on: what has come is kept.`,
  );
