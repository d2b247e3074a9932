import type { PlanReport } from '../../storage/conversion/protocol.ts';
import type { WeightFile } from '../../storage/conversion/source.ts';
import type { StoppedConversion } from '../../storage/conversion/store.ts';

/** A weight file as it was dropped, picked or pasted. */
export type GivenFile =
  | { readonly file: File; readonly handle?: FileSystemFileHandle | undefined }
  | { readonly url: string };

/** Returns a file's name or address, as shown to the user. */
export const nameOf = (given: GivenFile): string => ('url' in given ? given.url : given.file.name);
export const weightFile = (given: GivenFile): WeightFile =>
  'url' in given ? given : { name: given.file.name, blob: given.file };
export const sameFile = (a: GivenFile, b: GivenFile): boolean =>
  'file' in a && 'file' in b ? a.file.name === b.file.name && a.file.size === b.file.size : nameOf(a) === nameOf(b);

/** Returns true if a conversion was started with this file, judged by name and size. */
export const isFileOf = ({ files }: StoppedConversion, each: GivenFile): boolean =>
  'file' in each && files.some(({ name, size }) => name === each.file.name && size === each.file.size);
/** Returns true if these are exactly the conversion's files. */
export const areFilesOf = (stopped: StoppedConversion, given: readonly GivenFile[]): boolean =>
  given.length === stopped.files.length && given.every((each) => isFileOf(stopped, each));

/** Returns the note that a conversion was started with other files than those of this plan. */
export function otherFilesNote(wanted: StoppedConversion, { marks }: PlanReport): string {
  const names = wanted.files.map(({ name, size }) => `${name} of ${size} bytes`).join(' and ');
  const others = marks.map(({ name, size }) => `${name} of ${size} bytes`).join(' and ');
  return `The conversion of ${wanted.name} was started with ${names}, but this is ${others}, or its contents differ. Choose the original file, or start a new conversion with this one.`;
}
