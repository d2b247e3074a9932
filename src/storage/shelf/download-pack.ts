import { checkFit } from '../../engine/fit.ts';
import type { DeviceReport } from '../../engine/results.ts';
import { toVpdError, VpdError } from '../../errors.ts';
import { readAddress } from '../../remote/address.ts';
import { sameEtag } from '../../remote/identity.ts';
import { createRemote, type RemoteOptions } from '../../remote/remote.ts';
import { openRemoteFile } from '../../remote/remote-file.ts';
import { summarize } from '../../weights/pack/pack.ts';
import { CONFIG_FILE, MAX_CONFIG_BYTES } from '../../weights/pack/pack-config.ts';
import { removeEntry } from '../files/opfs.ts';
import type { Found, PackFacts } from './protocol.ts';
import { packBytes, type ReceiveProgress } from './receive-pack.ts';
import {
  findIdByHash,
  type IncomingConfig,
  type IncomingNote,
  readConfig,
  readIncomingNote,
  shelve,
  writeIncomingNote,
} from './shelve.ts';

/** Returns the URL of a pack's folder if an address looks like one: it ends in a slash, in config.json, or in a name without extension. */
function packFolder(url: URL): URL | undefined {
  const last = url.pathname.slice(url.pathname.lastIndexOf('/') + 1);
  if (last === CONFIG_FILE) return new URL('.', url);
  if (last !== '' && last.includes('.')) return undefined;
  const folder = new URL(url);
  if (last !== '') folder.pathname += '/';
  folder.search = '';
  return folder;
}

/** Helps users who paste the address of a repository of checkpoints. */
const HINT =
  'A model’s address is that of the folder with its config.json; of a checkpoint, give the link of the .pth, .ckpt or .safetensors file itself.';

async function fetchConfig(folder: URL, options: RemoteOptions): Promise<IncomingConfig> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for await (const part of createRemote(new URL(CONFIG_FILE, folder), { ...options, hint: HINT }).bytes(0)) {
    parts.push(part);
    length += part.length;
    if (length > MAX_CONFIG_BYTES)
      throw new VpdError(
        'bad-file',
        `${folder.href}${CONFIG_FILE} is longer than the allowed ${MAX_CONFIG_BYTES} bytes: it is not the config of a pack.`,
      );
  }
  try {
    return readConfig(new Uint8Array(await new Blob(parts).arrayBuffer()));
  } catch (thrown) {
    const { code, message } = toVpdError(thrown);
    throw new VpdError(code, code === 'bad-file' ? `${message} ${HINT}` : message, { cause: thrown });
  }
}

/** Describes the pack in a folder of a server. */
export async function describePack(address: string, options: RemoteOptions): Promise<PackFacts> {
  const { config, sha256 } = await fetchConfig(new URL(address), options);
  return { summary: summarize(config), sha256 };
}

/**
 * Describes the file or folder at an address: a pack (fetches its config) or a checkpoint (fetches its first block).
 * @throws VpdError bad-request, network, bad-file
 */
export async function lookUp(
  address: string,
  device: DeviceReport | undefined,
  options: RemoteOptions,
): Promise<Found> {
  const url = readAddress(address);
  const folder = packFolder(url);
  if (!folder) {
    const { name, blob } = await openRemoteFile(url.href, options);
    return { kind: 'checkpoint', address: url.href, name, bytes: blob.size };
  }
  const { config, sha256 } = await fetchConfig(folder, options);
  return {
    kind: 'pack',
    address: folder.href,
    summary: summarize(config),
    sha256,
    stored: await findIdByHash(sha256),
    fit: device && checkFit(config, config.weights, device),
  };
}

interface DownloadOptions extends RemoteOptions {
  /** Id of the pack whose download is resumed; an error if the address has another pack by now. */
  readonly id?: string | undefined;
  readonly onProgress?: (progress: ReceiveProgress) => void;
}

/**
 * Downloads a pack onto the shelf and returns its id. After a failure or a cancel, the bytes received stay and the next call resumes there.
 * @throws VpdError bad-request, network, bad-file, storage
 */
export async function downloadPack(address: string, options: DownloadOptions): Promise<string> {
  const folder = packFolder(readAddress(address));
  if (!folder) throw new VpdError('bad-request', `${address} is not the address of a pack’s folder.`);
  const arriving = await fetchConfig(folder, options);
  const { config } = arriving;
  if (options.id !== undefined && options.id !== arriving.id)
    throw new VpdError(
      'network',
      `The model at ${folder.href} has changed since this download began, so the download cannot continue. Discard it, then look up the address again.`,
    );
  const source = folder.href;
  let note: IncomingNote = { address: source, name: config.name, total: packBytes(config), etags: {} };
  let packHandle: FileSystemDirectoryHandle | undefined;
  /** Name of a partly downloaded file whose ETag has changed. It is downloaded again; its hash decides whether it is the right file. */
  let changed: string | undefined;

  async function rememberEtag(name: string, etag: string | undefined): Promise<void> {
    if (!packHandle || etag === undefined || note.etags[name] === etag) return;
    note = { ...note, etags: { ...note.etags, [name]: etag } };
    await writeIncomingNote(packHandle, note);
  }

  async function prepare(handle: FileSystemDirectoryHandle, stale: string | undefined): Promise<void> {
    packHandle = handle;
    // Another server has other ETags, so only hashes can show that the files are the same.
    const earlier = await readIncomingNote(handle);
    if (earlier?.address === source) note = earlier;
    if (stale !== undefined) {
      const { [stale]: _, ...etags } = note.etags;
      note = { ...note, etags };
      await removeEntry(handle, stale);
    }
    await writeIncomingNote(handle, note);
  }

  async function* read(name: string, start: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const earlierEtag = note.etags[name];
    const known = { etag: undefined, modified: undefined, size: config.files[name]?.bytes };
    const remote = createRemote(new URL(encodeURIComponent(name), folder), { ...options, known });
    let first = true;
    for await (const chunk of remote.bytes(start)) {
      const { etag } = remote.identity;
      if (first && start > 0 && earlierEtag !== undefined && etag !== undefined && !sameEtag(etag, earlierEtag)) {
        changed = name;
        throw new VpdError(
          'network',
          `${name} has changed on the server since a part of it was downloaded. Start again.`,
        );
      }
      if (first) await rememberEtag(name, etag);
      first = false;
      yield chunk;
    }
  }

  async function attempt(stale?: string): Promise<string> {
    try {
      return await shelve(
        arriving,
        { read },
        { ...options, source, keep: true, prepare: (handle) => prepare(handle, stale) },
      );
    } catch (thrown) {
      if (changed === undefined) throw thrown;
      const again = changed;
      changed = undefined;
      return attempt(again);
    }
  }
  return attempt();
}
