import { toVpdError, VpdError } from '../errors.ts';
import type { Policy } from '../remote/policy.ts';
import { createRemote, type RemoteOptions } from '../remote/remote.ts';
import { openPack, type Pack, weightFiles } from '../weights/pack/pack.ts';
import { CONFIG_FILE, MAX_CONFIG_BYTES, parsePackConfig } from '../weights/pack/pack-config.ts';
import { sha256OfBlob, sha256OfWhole } from '../weights/sha256.ts';
import type { Job } from './job.ts';
import type { PackOrigin } from './protocol.ts';

/**
 * Downloads and opens a pack from a folder of static files. Bytes go into Blobs, which the browser may keep on disk. If the weights do not
 * match the config (a cache may hold an older version), both are fetched once more, bypassing all caches.
 * @param packUrl http(s) URL of the folder; nothing outside it is requested
 * @throws VpdError network, with the URL and the server's answer; bad-file if the pack does not match its config; cancelled
 */
export async function fetchPack(packUrl: string, job: Job, policy?: Partial<Policy>): Promise<Pack> {
  const folder = folderUrl(packUrl);
  const options = { signal: job.signal, policy };
  try {
    return await fetchFiles(folder, job, { ...options, cache: 'default' });
  } catch (thrown) {
    if (toVpdError(thrown).code !== 'bad-file') throw thrown;
    return fetchFiles(folder, job, { ...options, cache: 'reload' });
  }
}

/** Largest file that is hashed in one piece, in bytes: that puts a copy of the file into memory, so larger files are hashed in parts. */
const MAX_HASHED_WHOLE = 256 * 2 ** 20;

async function fetchFiles(folder: URL, job: Job, given: RemoteOptions): Promise<Pack> {
  let done = 0;
  let total = 0;
  const report = (label: string): void => job.onProgress?.({ label, done, total, unit: 'bytes' });
  const onPause = (ms: number): void => report(`Connection lost, trying again in ${Math.ceil(ms / 1000)} s`);
  const options = { ...given, onPause };
  report('Waiting for the model from the server');
  const configBlob = await fetchFile(new URL(CONFIG_FILE, folder), MAX_CONFIG_BYTES, options);
  const config = parsePackConfig(await configBlob.text());
  const names = weightFiles(config);
  total = names.reduce((sum, name) => sum + (config.files[name]?.bytes ?? 0), 0);
  const files = new Map<string, Blob>([[CONFIG_FILE, configBlob]]);
  const count = (bytes: number): void => {
    done += bytes;
    report('Loading weights');
  };
  for (const name of names) {
    const url = new URL(name, folder);
    const { bytes = 0, sha256 } = config.files[name] ?? {};
    const blob = await fetchFile(url, bytes, options, count);
    const hash = () => (bytes <= MAX_HASHED_WHOLE ? sha256OfWhole(blob) : sha256OfBlob(name, blob, job.signal));
    if (blob.size === bytes && (await hash()) !== sha256)
      throw new VpdError(
        'bad-file',
        `${url.href} is not the file that its ${CONFIG_FILE} names: two versions of the model are mixed there, or it is damaged. Try again in a few minutes.`,
      );
    files.set(name, blob);
  }
  return openPack(files, job.signal);
}

/** Returns whether a pack's weights came from the network or from the browser's cache, as far as the browser reports it. */
export function originOf(packUrl: string, pack: Pack): PackOrigin {
  const folder = folderUrl(packUrl);
  const cached = weightFiles(pack.config).every((name) => {
    const entry = performance.getEntriesByName(new URL(name, folder).href).at(-1);
    return entry instanceof PerformanceResourceTiming && entry.transferSize === 0 && entry.decodedBodySize > 0;
  });
  return cached ? 'cache' : 'network';
}

function folderUrl(packUrl: string): URL {
  const url = URL.canParse(packUrl) ? new URL(packUrl) : undefined;
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw new VpdError('bad-request', `“${packUrl}” is not the http or https address of a pack’s folder.`);
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  url.search = '';
  url.hash = '';
  return url;
}

/** Not about the address, which the user has not entered. */
const HINT = 'Retry later, or open another model under Models.';

/** Fetches one file as a Blob; fails as soon as it is longer than `limit` bytes. */
async function fetchFile(
  url: URL,
  limit: number,
  options: RemoteOptions,
  onBytes: (bytes: number) => void = () => undefined,
): Promise<Blob> {
  async function* counted(): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
    let seen = 0;
    for await (const chunk of createRemote(url, { ...options, hint: HINT }).bytes(0)) {
      seen += chunk.length;
      if (seen > limit)
        throw new VpdError(
          'bad-file',
          `${url.href} is longer than the ${limit} bytes it may have; the pack’s files do not belong together.`,
        );
      onBytes(chunk.length);
      yield chunk;
    }
  }
  return toBlob(counted());
}

/** Collects bytes in a Blob, chunk by chunk. */
async function toBlob(chunks: AsyncGenerator<Uint8Array<ArrayBuffer>, void>): Promise<Blob> {
  let problem: VpdError | undefined;
  const stream = new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (thrown) {
        // The stream ends without an error: Firefox would log it as an uncaught one, and Chromium rejects with an error of its own.
        problem = toVpdError(thrown);
        controller.close();
      }
    },
  });
  const blob = await new Response(stream).blob();
  if (problem) throw problem;
  return blob;
}
