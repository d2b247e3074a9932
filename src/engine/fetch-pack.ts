import { VpdError } from '../errors.ts';
import { openPack, type Pack, weightFiles } from '../weights/pack.ts';
import { CONFIG_FILE, MAX_CONFIG_BYTES, parsePackConfig } from '../weights/pack-config.ts';
import type { Job } from './job.ts';
import type { PackOrigin } from './protocol.ts';

/**
 * Downloads and opens a pack that lies in a folder of static files. Bytes go into Blobs, which the browser may keep on disk.
 * @param packUrl http(s) URL of the folder; only this folder is asked for.
 * @throws VpdError network, with the URL and what was answered; bad-file for a pack that is not what its config says.
 */
export async function fetchPack(packUrl: string, job: Job): Promise<Pack> {
  const folder = folderUrl(packUrl);
  const configBlob = await fetchFile(new URL(CONFIG_FILE, folder), MAX_CONFIG_BYTES, job.signal, () => undefined);
  const config = parsePackConfig(await configBlob.text());
  const names = weightFiles(config);
  const total = names.reduce((sum, name) => sum + (config.files[name]?.bytes ?? 0), 0);
  const files = new Map<string, Blob>([[CONFIG_FILE, configBlob]]);
  let done = 0;
  const count = (bytes: number): void => {
    done += bytes;
    job.onProgress?.({ label: 'Loading weights', done, total, unit: 'bytes' });
  };
  for (const name of names)
    files.set(name, await fetchFile(new URL(name, folder), config.files[name]?.bytes ?? 0, job.signal, count));
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
  onBytes: (bytes: number) => void,
): Promise<Blob> {
  const response = await request(url, signal);
  const body = response.body;
  if (!body) return new Blob([]);
  let seen = 0;
  const counted = body.pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(chunk, controller) {
        seen += chunk.length;
        if (seen > limit) {
          controller.error(
            new VpdError(
              'bad-file',
              `${url.href} is longer than the ${limit} bytes it may have; the pack's files do not belong together.`,
            ),
          );
          return;
        }
        onBytes(chunk.length);
        controller.enqueue(chunk);
      },
    }),
  );
  try {
    return await new Response(counted).blob();
  } catch (thrown) {
    if (thrown instanceof VpdError) throw thrown;
    if (signal?.aborted) throw new VpdError('cancelled', 'Cancelled.', { cause: thrown });
    throw new VpdError(
      'network',
      `The download of ${url.href} broke off after ${seen} bytes. Check the connection and retry.`,
      { cause: thrown },
    );
  }
}

async function request(url: URL, signal: AbortSignal | undefined): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, signal ? { signal } : {});
  } catch (thrown) {
    if (signal?.aborted) throw new VpdError('cancelled', 'Cancelled.', { cause: thrown });
    throw new VpdError(
      'network',
      `${url.href} could not be reached. Check the connection and the address, then retry.`,
      { cause: thrown },
    );
  }
  if (!response.ok)
    throw new VpdError(
      'network',
      `${url.href} was answered with ${`${response.status} ${response.statusText}`.trim()}. Check the address of the pack, then retry.`,
    );
  return response;
}
