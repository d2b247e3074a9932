import * as v from 'valibot';
import { VpdError } from '../../errors.ts';
import { parseIfValid } from '../../json.ts';
import { createSha256 } from '../../weights/sha256.ts';
import type { FileSink, FileWriter, KeptPart } from '../../weights/sink.ts';
import { CHUNK_BYTES } from '../files/chunk.ts';
import { withStorageErrors } from '../files/opfs.ts';
import { flush, readParts, type SyncFile, type SyncFolder, writeAll } from '../files/sync-folder.ts';

/**
 * Log of a conversion, in the same folder. Each line is JSON and states a length up to which a file is complete. Lines are only appended,
 * and an incomplete last line is not valid JSON, so all earlier lines survive a crash at any byte.
 */
export const LOG_FILE = 'progress.jsonl';

const markSchema = v.object({
  file: v.string(),
  bytes: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  /** sha256 of the first `bytes` bytes of the file. */
  sha256: v.string(),
});
type Mark = v.InferOutput<typeof markSchema>;

/** Bytes between marks. A mark flushes to disk, which takes milliseconds; after a crash, at most this many bytes are converted again. */
const MARK_BYTES = 4 * 2 ** 20;

interface ConversionSinkOptions {
  readonly markBytes?: number;
  /** Called with the size of each part of an earlier run's files that has been checked. */
  readonly onChecked?: (bytes: number) => void;
  readonly signal?: AbortSignal;
}

interface ConversionSink extends FileSink {
  /** Closes all files. */
  close(): void;
}

/**
 * Opens a sink that resumes after a stop at any byte. Of each file, the longest beginning whose hash is in the log is kept; the rest (half
 * a tensor, or bytes that never reached the disk) is cut off.
 */
export async function openConversionSink(
  folder: SyncFolder,
  options: ConversionSinkOptions = {},
): Promise<ConversionSink> {
  const { markBytes = MARK_BYTES } = options;
  const open = new Set<SyncFile>();
  const openFile = async (name: string): Promise<SyncFile> => {
    const file = await withStorageErrors(name, () => folder.open(name));
    open.add(file);
    return file;
  };
  const release = (file: SyncFile): void => {
    if (open.delete(file)) file.close();
  };

  const log = await openFile(LOG_FILE);
  const earlier = new Uint8Array(log.getSize());
  log.read(earlier, { at: 0 });
  const { marks, end } = readMarks(earlier);
  log.truncate(end);
  let logEnd = end;
  function record(mark: Mark): void {
    const line = new TextEncoder().encode(`${JSON.stringify(mark)}\n`);
    writeAll(LOG_FILE, log, line, logEnd);
    logEnd += line.length;
    flush(LOG_FILE, log);
  }

  return {
    async createFile(name): Promise<FileWriter> {
      const file = await openFile(name);
      const kept = await checkKept(
        file,
        marks.filter((mark) => mark.file === name),
        options,
      );
      file.truncate(kept.bytes);
      let at = kept.bytes;
      let marked = at;
      let complete: (() => void) | undefined;
      const flushAnd = (then: () => void): void => {
        flush(name, file);
        then();
      };
      return {
        kept,
        write: async (chunk) => {
          writeAll(name, file, chunk, at);
          at += chunk.length;
        },
        mark: async (bytes, sha256) => {
          if (bytes === marked) return;
          complete = () => {
            record({ file: name, bytes, sha256: sha256() });
            marked = bytes;
            complete = undefined;
          };
          if (bytes - marked >= markBytes) flushAnd(complete);
        },
        close: async () => {
          if (complete) flushAnd(complete);
          release(file);
        },
        abort: async () => release(file),
      };
    },
    close() {
      for (const file of [...open]) release(file);
    },
  };
}

/** Parses the lines of a log up to the first invalid one; `end` is the byte after the last valid line. */
export function readMarks(bytes: Uint8Array): { readonly marks: readonly Mark[]; readonly end: number } {
  const marks: Mark[] = [];
  let end = 0;
  for (let at = bytes.indexOf(0x0a, end); at >= 0; at = bytes.indexOf(0x0a, end)) {
    const mark = parseIfValid(markSchema, new TextDecoder().decode(bytes.subarray(end, at)));
    if (!mark) break;
    marks.push(mark);
    end = at + 1;
  }
  return { marks, end };
}

/** Hashes a file from mark to mark and returns the longest beginning whose hash matches. */
async function checkKept(
  file: SyncFile,
  marks: readonly Mark[],
  { onChecked, signal }: ConversionSinkOptions,
): Promise<KeptPart> {
  const size = file.getSize();
  let good = { bytes: 0, hash: createSha256() };
  const hash = createSha256();
  let at = 0;
  const buffer = new Uint8Array(Math.min(CHUNK_BYTES, size));
  for (const { bytes, sha256 } of marks) {
    if (bytes < at || bytes > size) break;
    for await (const part of readParts(file, at, bytes, buffer)) {
      if (signal?.aborted) throw new VpdError('cancelled', 'The conversion was cancelled.');
      hash.update(part);
      at += part.length;
      onChecked?.(part.length);
    }
    if (at < bytes) return good;
    if (hash.soFar() !== sha256) break;
    good = { bytes, hash: hash.copy() };
  }
  return good;
}
