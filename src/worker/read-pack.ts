import { fetchPack, originOf } from '../engine/fetch-pack.ts';
import type { Job } from '../engine/job.ts';
import type { PackOrigin, PackSource } from '../engine/protocol.ts';
import { openLockedPack } from '../storage/shelf/open-packs.ts';
import type { Pack } from '../weights/pack/pack.ts';

/** An opened pack and its origin. */
export interface ReadPack {
  readonly pack: Pack;
  readonly from: PackOrigin;
  /** Allows a stored pack to be deleted from now on. */
  release(): void;
}

/** Reads a pack. A pack in this browser's storage cannot be deleted until `release` is called. */
export async function readPack(source: PackSource, job: Job): Promise<ReadPack> {
  if ('url' in source) {
    const pack = await fetchPack(source.url, job);
    return { pack, from: originOf(source.url, pack), release: () => undefined };
  }
  const kept = await openLockedPack(source.stored, {
    signal: job.signal,
    onChecked: (done, total) => job.onProgress?.({ label: 'Checking the stored model', done, total, unit: 'bytes' }),
  });
  return { ...kept, from: 'storage' };
}
