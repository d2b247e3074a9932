import { isPhotoStart, PHOTO_START_BYTES } from '../../image/formats/sniff.ts';
import { BEGINNING_BYTES, looksLikeWeights } from '../../weights/looks-like-weights.ts';
import type { FolderFile } from './folders.ts';

/** What the files of a folder are. */
export interface Sorted {
  /** The files of each folder that holds a pack. */
  readonly packs: readonly { readonly folder: string; readonly files: readonly File[] }[];
  readonly photos: readonly File[];
  /** Weights that are no part of a pack; none if there are photos or packs. */
  readonly weights: readonly File[];
  /** Names of all other files. */
  readonly others: readonly string[];
}

/** Number of files whose beginnings are read at the same time. */
const READ_AT_ONCE = 16;

/** Returns the files of each folder that holds a pack: its config.json and weights. */
export function packsAmong(files: readonly FolderFile[]): Sorted['packs'] {
  const byFolder = new Map<string, File[]>();
  for (const { file, folder } of files) {
    const own = byFolder.get(folder);
    if (own) own.push(file);
    else byFolder.set(folder, [file]);
  }
  return [...byFolder].map(([folder, own]) => ({ folder, files: own })).filter((each) => isPack(each.files));
}

function isPack(files: readonly File[]): boolean {
  const names = files.map(({ name }) => name.toLowerCase());
  return names.includes('config.json') && names.some((name) => name.endsWith('.safetensors'));
}

/** Sorts the files of folders: packs by the names in a folder, photos and weights by their content. The files beside a pack belong to it. */
export async function sortFiles(files: readonly FolderFile[]): Promise<Sorted> {
  const packs = packsAmong(files);
  const inPacks = new Set(packs.map(({ folder }) => folder));
  const photos: File[] = [];
  const weights: File[] = [];
  const others: string[] = [];
  const loose = files.filter(({ folder }) => !inPacks.has(folder)).map(({ file }) => file);
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
