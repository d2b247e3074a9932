/**
 * Whether files that were given together are meant as a model for the shelf: the files of a pack's folder, or ZIPs of such. The name is
 * written out here: pack-config.ts brings its schema along, which the page need not load for a drop.
 */
export function looksLikePack(files: readonly { readonly name: string }[]): boolean {
  const names = files.map(({ name }) => name.toLowerCase());
  return names.includes('config.json') || (names.length > 0 && names.every((name) => name.endsWith('.zip')));
}
