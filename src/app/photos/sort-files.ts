import { isPhotoStart, PHOTO_START_BYTES } from '../../image/formats/sniff.ts';
import { mayBeOfPack } from '../../storage/shelf/looks-like-pack.ts';
import { BEGINNING_BYTES, looksLikeWeights } from '../../weights/looks-like-weights.ts';
import type { FolderFile } from './folders.ts';

/** What the files of a folder are. */
export interface Sorted {
  /** The packs, with the path of their folder. */
  readonly packs: readonly { readonly folder: string; readonly files: readonly File[] }[];
  readonly photos: readonly File[];
  /** Weights that are no part of a pack; none if there are photos or packs. */
  readonly weights: readonly File[];
  /** Names of all other files. */
  readonly others: readonly string[];
}

/** Number of files whose beginnings are read at the same time. */
const READ_AT_ONCE = 16;

/** Entry by which a pack's config.json is known among those of other models; it is written near the beginning. */
const PACK_MARK = /"format"\s*:\s*"vpd-pack"/;
/** Number of first bytes of a config.json that are searched for PACK_MARK. */
const MARK_BYTES = 100_000;

/** Returns the files of each folder that holds a pack: its config.json, its weights, and what else a pack has. */
export async function packsAmong(files: readonly FolderFile[]): Promise<Sorted['packs']> {
  const byFolder = new Map<string, File[]>();
  for (const { file, folder } of files) {
    if (!mayBeOfPack(file)) continue;
    const own = byFolder.get(folder);
    if (own) own.push(file);
    else byFolder.set(folder, [file]);
  }
  const packs: { readonly folder: string; readonly files: readonly File[] }[] = [];
  for (const [folder, own] of byFolder) if (await isPack(own)) packs.push({ folder, files: own });
  return packs;
}

async function isPack(files: readonly File[]): Promise<boolean> {
  const config = files.find(({ name }) => name.toLowerCase() === 'config.json');
  if (!config || !files.some(({ name }) => name.toLowerCase().endsWith('.safetensors'))) return false;
  const text = await config
    .slice(0, MARK_BYTES)
    .text()
    .catch(() => '');
  return PACK_MARK.test(text);
}

/** Sorts the files of folders: packs by their config.json and the names beside it, photos and weights by their content. */
export async function sortFiles(files: readonly FolderFile[]): Promise<Sorted> {
  const packs = await packsAmong(files);
  const inPacks = new Set(packs.flatMap((pack) => pack.files));
  const photos: File[] = [];
  const weights: File[] = [];
  const others: string[] = [];
  const loose = files.map(({ file }) => file).filter((file) => !inPacks.has(file));
  for (let at = 0; at < loose.length; at += READ_AT_ONCE) {
    const some = loose.slice(at, at + READ_AT_ONCE);
    const starts = await Promise.all(some.map(startOf));
    some.forEach((file, i) => {
      const start = starts[i] ?? new Uint8Array();
      if (isPhotoStart(start)) photos.push(file);
      else if (looksLikeWeights(file.name, start)) weights.push(file);
      else others.push(file.name);
    });
  }
  if (photos.length === 0 && packs.length === 0) return { packs, photos, weights, others };
  return { packs, photos, weights: [], others: [...others, ...weights.map(({ name }) => name)] };
}

/** Reads the beginning of a file; empty if it cannot be read. */
async function startOf(file: File): Promise<Uint8Array> {
  const start = file.slice(0, Math.max(PHOTO_START_BYTES, BEGINNING_BYTES));
  return new Uint8Array(await start.arrayBuffer().catch(() => new ArrayBuffer(0)));
}
