import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, parse as parsePath } from 'node:path';
import { VpdError } from '../../errors.ts';
import { decodePngSamples, type PngSamples } from '../../image/png.ts';

const PHOTO = /\.(?:jpe?g|png|webp)$/i;

export async function list(folder: string): Promise<string[]> {
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
    throw new VpdError('missing', `${path} cannot be read; see "eval --help" for the layout.`, { cause });
  }
}

export const readText = async (path: string): Promise<string> => new TextDecoder().decode(await readBytes(path));

export const sha256 = (...parts: readonly (string | Uint8Array)[]): string =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex');

export const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

export const pngSamples = async (path: string): Promise<PngSamples> => decodePngSamples(await readBytes(path), path);

/** A PNG of one grey channel. */
export async function onePlane(path: string): Promise<PngSamples> {
  const png = await pngSamples(path);
  if (png.channels !== 1)
    throw new VpdError('bad-file', `${path} has ${png.channels} channels; a PNG with one grey channel was expected.`);
  return png;
}

/** A photo and its truth, by file stem. */
interface Pair {
  readonly stem: string;
  readonly photo: string;
  readonly truth: string;
}

/** Photos of one folder with PNGs of the same stems in another, both below `data`. */
export async function pairUp(data: string, photoFolder: string, truthFolder: string): Promise<Pair[]> {
  const photos = (await list(join(data, photoFolder))).filter((name) => PHOTO.test(name));
  const truths = new Set(await list(join(data, truthFolder)));
  const missing = photos.filter((name) => !truths.has(`${parsePath(name).name}.png`));
  if (photos.length === 0)
    throw new VpdError('missing', `${join(data, photoFolder)} holds no .jpg, .png or .webp photo.`);
  if (missing.length > 0)
    throw new VpdError(
      'missing',
      `${missing.length} of ${photos.length} photos have no .png of the same name in ${truthFolder}/, e.g. ${missing[0]}; add it or take the photo away.`,
    );
  return photos.map((name) => {
    const stem = parsePath(name).name;
    return { stem, photo: join(data, photoFolder, name), truth: join(data, truthFolder, `${stem}.png`) };
  });
}
