import { stem } from '../format.ts';

/** Names that Windows reserves for devices, with any extension. */
const DEVICES = /^(?:con|prn|aux|nul|com\d|lpt\d)(?= *(?:\.|$))/i;
/** With the suffixes of the files, names stay below 255 bytes, the limit of common file systems, even at 4 bytes per character. */
const MAX_CHARACTERS = 50;

/** Turns a photo's name into the start of a file name that is valid on every system. */
export function fileStem(name: string): string {
  const plain = stem(name)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be in a file name.
    .replaceAll(/[\u0000-\u001f\u007f<>:"/\\|?*]/g, '_')
    .replace(/^[. ]+/, '_');
  const short = [...plain].slice(0, MAX_CHARACTERS).join('');
  return (short.replace(/[. ]+$/, '') || 'photo').replace(DEVICES, '$&_');
}

/** Returns a function that makes names unique in a folder, ignoring case: the second `IMG_1` becomes `IMG_1 (2)`. */
export function createNames(): (name: string) => string {
  const taken = new Set<string>();
  return (name) => {
    let free = name;
    for (let n = 2; taken.has(free.toLowerCase()); n++) free = `${name} (${n})`;
    taken.add(free.toLowerCase());
    return free;
  };
}

/** Returns a function that gives each photo a unique stem for its files. */
export function createStems(): (name: string) => string {
  const named = createNames();
  return (name) => named(fileStem(name));
}
