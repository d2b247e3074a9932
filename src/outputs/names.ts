import { stem } from '../format.ts';

/** Names that Windows keeps for devices, whatever follows the dot. */
const DEVICES = /^(?:con|prn|aux|nul|com\d|lpt\d)(?= *(?:\.|$))/i;
/** With what the files add, names stay below the 255 bytes of common file systems even where each character takes four. */
const MAX_CHARACTERS = 50;

/** A photo's name as the start of a file name that every system takes. */
export function fileStem(name: string): string {
  const plain = stem(name)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be in a file name.
    .replaceAll(/[\u0000-\u001f\u007f<>:"/\\|?*]/g, '_')
    .replace(/^[. ]+/, '_');
  const short = [...plain].slice(0, MAX_CHARACTERS).join('');
  return (short.replace(/[. ]+$/, '') || 'photo').replace(DEVICES, '$&_');
}

/** Gives each file of a folder a name of its own: the second `IMG_1` is `IMG_1 (2)`, also where only the case differs. */
export function createNames(): (name: string) => string {
  const taken = new Set<string>();
  return (name) => {
    let free = name;
    for (let n = 2; taken.has(free.toLowerCase()); n++) free = `${name} (${n})`;
    taken.add(free.toLowerCase());
    return free;
  };
}

/** Gives each photo a stem of its own. */
export function createStems(): (name: string) => string {
  const named = createNames();
  return (name) => named(fileStem(name));
}
