import { checkFit } from '../../engine/fit.ts';
import type { DeviceReport } from '../../engine/protocol.ts';
import { toVpdError, VpdError } from '../../errors.ts';
import { readAddress } from '../../remote/address.ts';
import { sameEtag } from '../../remote/identity.ts';
import { createRemote, type RemoteOptions } from '../../remote/remote.ts';
import { openRemoteFile } from '../../remote/remote-file.ts';
import { summarize } from '../../weights/pack.ts';
import { CONFIG_FILE, MAX_CONFIG_BYTES } from '../../weights/pack-config.ts';
import { removeEntry } from '../files/opfs.ts';
import type { Found, PackFacts } from './protocol.ts';
import { packBytes, type ReceiveProgress } from './receive-pack.ts';
import {
  type ArrivingConfig,
  findStored,
  type IncomingNote,
  readConfig,
  readIncomingNote,
  shelve,
  writeIncomingNote,
} from './shelve.ts';

/** The folder of a pack, if an address is of one: it ends in a slash, in config.json, or in a name without an extension. */
function packFolder(url: URL): URL | undefined {
  const last = url.pathname.slice(url.pathname.lastIndexOf('/') + 1);
  if (last === CONFIG_FILE) return new URL('.', url);
  if (last !== '' && last.includes('.')) return undefined;
  const folder = new URL(url);
  if (last !== '') folder.pathname += '/';
  folder.search = '';
  return folder;
}

/** People paste the address of a repository of checkpoints, too. */
const HINT =
  'A model’s address is that of the folder with its config.json; of a checkpoint, give the link of the .pth, .ckpt or .safetensors file itself.';

async function fetchConfig(folder: URL, options: RemoteOptions): Promise<ArrivingConfig> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for await (const part of createRemote(new URL(CONFIG_FILE, folder), { ...options, hint: HINT }).bytes(0)) {
    parts.push(part);
    length += part.length;
    if (length > MAX_CONFIG_BYTES)
      throw new VpdError(
        'bad-file',
        `${folder.href}${CONFIG_FILE} is longer than the ${MAX_CONFIG_BYTES} bytes that it may have: it is not that of a pack.`,
      );
  }
  try {
    return readConfig(new Uint8Array(await new Blob(parts).arrayBuffer()));
  } catch (thrown) {
    const { code, message } = toVpdError(thrown);
    throw new VpdError(code, code === 'bad-file' ? `${message} ${HINT}` : message, { cause: thrown });
  }
}

/** What the pack at a folder of a server is. */
export async function describePack(address: string, options: RemoteOptions): Promise<PackFacts> {
  const { config, sha256 } = await fetchConfig(new URL(address), options);
  return { summary: summarize(config), sha256 };
}

/**
 * What lies at an address: a pack (its config is fetched) or a checkpoint (its first block is).
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
    stored: await findStored(sha256),
    fit: device && checkFit(config, config.weights, device),
  };
}

interface DownloadOptions extends RemoteOptions {
  /** Id of the pack whose download is to go on: if another one lies at the address by now, that is said. */
  readonly id?: string | undefined;
  readonly onProgress?: (progress: ReceiveProgress) => void;
}

/**
 * Downloads a pack onto the shelf and gives its id. What has come stays after a failure or a cancel, and the next call goes on there.
 * @throws VpdError bad-request, network, bad-file, storage
 */
export async function downloadPack(address: string, options: DownloadOptions): Promise<string> {
  const folder = packFolder(readAddress(address));
  if (!folder) throw new VpdError('bad-request', `${address} is not the address of a pack's folder.`);
  const arriving = await fetchConfig(folder, options);
  const { config } = arriving;
  if (options.id !== undefined && options.id !== arriving.id)
    throw new VpdError(
      'network',
      `The model at ${folder.href} has changed since this download began, which cannot go on. Discard what has come of it, then look the address up again.`,
    );
  const source = folder.href;
  let note: IncomingNote = { address: source, name: config.name, total: packBytes(config), etags: {} };
  let place: FileSystemDirectoryHandle | undefined;
  /** A file of which a part is here and whose ETag is another now. It comes anew; whether it is the right one, its hash tells. */
  let changed: string | undefined;

  async function remember(name: string, etag: string | undefined): Promise<void> {
    if (!place || etag === undefined || note.etags[name] === etag) return;
    note = { ...note, etags: { ...note.etags, [name]: etag } };
    await writeIncomingNote(place, note);
  }

  async function prepare(handle: FileSystemDirectoryHandle, stale: string | undefined): Promise<void> {
    place = handle;
    // From another server, ETags are others; hashes tell whether the files are the same.
    const before = await readIncomingNote(handle);
    if (before?.address === source) note = before;
    if (stale !== undefined) {
      const { [stale]: _, ...etags } = note.etags;
      note = { ...note, etags };
      await removeEntry(handle, stale);
    }
    await writeIncomingNote(handle, note);
  }

  async function* read(name: string, start: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const before = note.etags[name];
    const known = { etag: undefined, modified: undefined, size: config.files[name]?.bytes };
    const remote = createRemote(new URL(encodeURIComponent(name), folder), { ...options, known });
    let first = true;
    for await (const chunk of remote.bytes(start)) {
      const { etag } = remote.identity;
      if (first && start > 0 && before !== undefined && etag !== undefined && !sameEtag(etag, before)) {
        changed = name;
        throw new VpdError('network', `${name} has changed on the server since a part of it came. Start again.`);
      }
      if (first) await remember(name, etag);
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
