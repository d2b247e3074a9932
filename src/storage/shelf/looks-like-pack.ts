/**
 * True if files that were given together look like a pack: the files of its folder, or ZIPs. The name config.json is spelled out here
 * because importing it from pack-config.ts would load the schema for every drop on the page.
 */
export function looksLikePack(files: readonly { readonly name: string }[]): boolean {
  const names = files.map(({ name }) => name.toLowerCase());
  return names.includes('config.json') || (names.length > 0 && names.every((name) => name.endsWith('.zip')));
}
