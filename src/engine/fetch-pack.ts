import { toVpdError, VpdError } from '../errors.ts';
import { createAttempt } from '../remote/attempt.ts';
import { POLICY } from '../remote/policy.ts';
import { openPack, type Pack, weightFiles } from '../weights/pack.ts';
import { CONFIG_FILE, MAX_CONFIG_BYTES, parsePackConfig } from '../weights/pack-config.ts';
import { sha256OfBlob, sha256OfWhole } from '../weights/sha256.ts';
import type { Job } from './job.ts';
import type { PackOrigin } from './protocol.ts';

/**
 * Downloads and opens a pack that lies in a folder of static files. Bytes go into Blobs, which the browser may keep on disk. Weights that
 * are not those of the config (a cache that holds an older one) are fetched once more, with the config, past all caches.
 * @param packUrl http(s) URL of the folder; only this folder is asked for.
 * @param stall A connection that brings nothing for this long counts as dropped, in milliseconds.
 * @throws VpdError network, with the URL and what was answered; bad-file for a pack that is not what its config says.
 */
export async function fetchPack(packUrl: string, job: Job, stall = POLICY.stall): Promise<Pack> {
  const folder = folderUrl(packUrl);
  try {
    return await fetchFiles(folder, job, { stall, cache: 'default' });
  } catch (thrown) {
    if (toVpdError(thrown).code !== 'bad-file') throw thrown;
    return fetchFiles(folder, job, { stall, cache: 'reload' });
  }
}

interface How {
  readonly stall: number;
  readonly cache: 'default' | 'reload';
}

/** A larger file is hashed as it is read: hashed as a whole it would lie in memory twice. */
const MAX_HASHED_WHOLE = 256 * 2 ** 20;

async function fetchFiles(folder: URL, job: Job, how: How): Promise<Pack> {
  const configBlob = await fetchFile(new URL(CONFIG_FILE, folder), MAX_CONFIG_BYTES, job.signal, how);
  const config = parsePackConfig(await configBlob.text());
  const names = weightFiles(config);
  const total = names.reduce((sum, name) => sum + (config.files[name]?.bytes ?? 0), 0);
  const files = new Map<string, Blob>([[CONFIG_FILE, configBlob]]);
  let done = 0;
  const count = (bytes: number): void => {
    done += bytes;
    job.onProgress?.({ label: 'Loading weights', done, total, unit: 'bytes' });
  };
  for (const name of names) {
    const url = new URL(name, folder);
    const { bytes = 0, sha256 } = config.files[name] ?? {};
    const blob = await fetchFile(url, bytes, job.signal, how, count);
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

/** Whether the weights of a fetched pack came over the line or from a cache of the browser, as far as it tells. */
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
    throw new VpdError('bad-request', `"${packUrl}" is not the http or https address of a pack's folder.`);
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  url.search = '';
  url.hash = '';
  return url;
}

/** One file as a Blob; stops as soon as it is longer than `limit` bytes. */
async function fetchFile(
  url: URL,
  limit: number,
  signal: AbortSignal | undefined,
  { stall, cache }: How,
  onBytes: (bytes: number) => void = () => undefined,
): Promise<Blob> {
  const attempt = createAttempt(stall, signal);
  let seen: number | undefined;
  try {
    const response = await attempt.fetch(url.href, { cache });
    if (!response.ok)
      throw new VpdError(
        'network',
        `${url.href} was answered with ${`${response.status} ${response.statusText}`.trim()}. Check the address of the pack, then retry.`,
      );
    seen = 0;
    const reader = response.body?.getReader();
    if (!reader) return new Blob([]);
    return await new Response(
      new ReadableStream({
        async pull(controller) {
          const { done, value } = await attempt.read(reader);
          if (done) return controller.close();
          seen = (seen ?? 0) + value.length;
          if (seen > limit)
            throw new VpdError(
              'bad-file',
              `${url.href} is longer than the ${limit} bytes it may have; the pack's files do not belong together.`,
            );
          onBytes(value.length);
          controller.enqueue(value);
        },
      }),
    ).blob();
  } catch (thrown) {
    if (thrown instanceof VpdError) throw thrown;
    if (signal?.aborted) throw new VpdError('cancelled', 'Cancelled.', { cause: thrown });
    throw new VpdError(
      'network',
      seen === undefined
        ? `${url.href} could not be reached. Check the connection and the address, then retry.`
        : `The download of ${url.href} broke off after ${seen} bytes. Check the connection and retry.`,
      { cause: thrown },
    );
  } finally {
    attempt.end();
  }
}
