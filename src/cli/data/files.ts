import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, parse as parsePath } from 'node:path';
import { VpdError } from '../../errors.ts';
import { decodePngSamples, type PngSamples } from '../../image/formats/png.ts';
import { openFileBlob } from '../files/file-blob.ts';
import { sha256 } from '../files/sha256.ts';

const PHOTO = /\.(?:jpe?g|png|webp)$/i;

export async function listFolder(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (cause) {
    throw new VpdError('missing', `The folder ${folder} cannot be read; see "eval --help" for the layout.`, { cause });
  }
}

export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

const unreadable = (path: string, cause: unknown): VpdError =>
  new VpdError('missing', `${path} cannot be read; see "eval --help" for the layout.`, { cause });

export const readText = async (path: string): Promise<string> => new TextDecoder().decode(await readBytes(path));

/** Number and size of the pieces of a large file that are hashed; together 4 MiB, so most photos and truth are hashed completely. */
const PIECES = 64;
const PIECE_BYTES = 65_536;

/**
 * Hashes a file's content; of a large file, its size and PIECES evenly spaced parts, because reading NYU's 2.8 GB at each start takes too
 * long. The date does not count: copies on several machines, which run the shards of one run, must have the same fingerprint.
 */
async function fingerprint(path: string): Promise<string> {
  const blob = await openFileBlob(path).catch((cause: unknown) => {
    throw new VpdError(
      'missing',
      `${path} cannot be read; with --csv or --shard, the files of all photos must be there, also of those that are not evaluated, because they identify the run.`,
      { cause },
    );
  });
  const { size } = blob;
  if (size <= PIECES * PIECE_BYTES) return sha256(await readBytes(path));
  const parts: (string | Uint8Array)[] = [String(size)];
  for (let i = 0; i < PIECES; i++) {
    const start = Math.floor((i * (size - PIECE_BYTES)) / (PIECES - 1));
    parts.push(await blob.slice(start, start + PIECE_BYTES).bytes());
  }
  return sha256(...parts);
}

/** Hashes the fingerprints of several files, in order; duplicates are ignored. */
export async function fingerprints(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of new Set(paths)) hash.update(await fingerprint(path));
  return hash.digest('hex');
}

export const readPngSamples = async (path: string): Promise<PngSamples> =>
  decodePngSamples(await readBytes(path), path);

/**
 * Reads a PNG with one grey channel.
 * @throws VpdError bad-file
 */
export async function readGreyPng(path: string): Promise<PngSamples> {
  const png = await readPngSamples(path);
  if (png.channels !== 1)
    throw new VpdError('bad-file', `${path} has ${png.channels} channels; a PNG with one grey channel was expected.`);
  return png;
}

/** Paths of a photo and its truth. */
interface Pair {
  readonly stem: string;
  readonly photo: string;
  readonly truth: string;
}

export const filesOf = (pairs: readonly Pair[]): readonly string[] =>
  pairs.flatMap(({ photo, truth }) => [photo, truth]);

/**
 * Pairs the photos of one folder with the PNGs of the same stems in another; both are relative to `data`.
 * @throws VpdError missing, bad-file
 */
export async function pairUp(data: string, photoFolder: string, truthFolder: string): Promise<Pair[]> {
  const photos = (await listFolder(join(data, photoFolder))).filter((name) => PHOTO.test(name));
  const truths = new Set(await listFolder(join(data, truthFolder)));
  const missing = photos.filter((name) => !truths.has(`${parsePath(name).name}.png`));
  if (photos.length === 0)
    throw new VpdError('missing', `${join(data, photoFolder)} holds no .jpg, .png or .webp photo.`);
  if (missing.length > 0)
    throw new VpdError(
      'missing',
      `${missing.length} of ${photos.length} photos have no .png of the same name in ${truthFolder}/, e.g. ${missing[0]}; add it or remove the photo.`,
    );
  const names = new Map<string, string>();
  for (const name of photos) {
    const { name: stem } = parsePath(name);
    const twin = names.get(stem);
    if (twin !== undefined)
      throw new VpdError(
        'bad-file',
        `${join(data, photoFolder)} holds both ${twin} and ${name}, and ${stem}.png is the truth of one; remove the other.`,
      );
    names.set(stem, name);
  }
  return photos.map((name) => {
    const stem = parsePath(name).name;
    return { stem, photo: join(data, photoFolder, name), truth: join(data, truthFolder, `${stem}.png`) };
  });
}
