import { cancelled, VpdError } from '../../errors.ts';
import { CONFIG_FILE, type PackConfig } from '../../weights/pack/pack-config.ts';
import { createSha256 } from '../../weights/sha256.ts';
import { flush, readParts, type SyncFile, type SyncFolder, writeAll } from '../files/sync-folder.ts';

/** Source of a pack's files: a server, an archive or dropped files. */
export interface Incoming {
  /** Yields the bytes of a file from `start` to its end. */
  read(name: string, start: number): AsyncIterable<Uint8Array<ArrayBuffer>>;
}

export interface ReceiveProgress {
  /** Bytes stored and hashed so far. */
  readonly done: number;
  /** Bytes of all files. */
  readonly total: number;
  /** Name of the current file. */
  readonly name: string;
  /** True while the bytes of an earlier attempt are hashed again and nothing is received. */
  readonly checking: boolean;
}

export interface ReceiveOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ReceiveProgress) => void) | undefined;
}

/** Bytes of all files of a pack except its config. */
export const packBytes = (config: PackConfig): number =>
  Object.values(config.files).reduce((sum, { bytes }) => sum + bytes, 0);

/**
 * Writes the files that a config lists and checks their sha256 while they are received; bytes of an earlier attempt are hashed again and
 * kept. After an error or a cancel, the bytes received stay for the next attempt; a file with a wrong hash is emptied.
 * @throws VpdError bad-file for wrong lengths and hashes; storage; any error of `incoming`
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
  const throwIfCancelled = () => {
    if (signal?.aborted) throw cancelled();
  };
  for await (const part of readParts(file, 0, file.getSize())) {
    throwIfCancelled();
    hash.update(part);
    at += part.length;
    report(at, true);
  }
  if (at < expected.bytes)
    for await (const chunk of incoming.read(name, at)) {
      throwIfCancelled();
      if (at + chunk.length > expected.bytes) {
        file.truncate(0);
        throw new VpdError(
          'bad-file',
          `${name} is longer than the ${expected.bytes} bytes that ${CONFIG_FILE} says; the pack’s files do not belong together.`,
        );
      }
      writeAll(name, file, chunk, at);
      hash.update(chunk);
      at += chunk.length;
      report(at, false);
    }
  flush(name, file);
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
