/**
 * True if files that were given together look like a pack: the files of its folder, or ZIPs. The name config.json is spelled out here
 * because importing it from pack-config.ts would load the schema for every drop on the page.
 */
export function looksLikePack(files: readonly { readonly name: string }[]): boolean {
  const names = files.map(({ name }) => name.toLowerCase());
  return names.includes('config.json') || (names.length > 0 && names.every((name) => name.endsWith('.zip')));
}

/** Names of a pack's files; LICENSE has no extension. */
const OWN = /\.(json|safetensors|md|txt|zip)$|^[^.]+$/i;

/** True if a file that was given together with a pack may be a part of it, by its name. */
export const mayBeOfPack = ({ name }: { readonly name: string }): boolean => OWN.test(name);
