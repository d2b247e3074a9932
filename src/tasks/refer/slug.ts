/** Turns a name into a part of a file name: letters and digits of any script, at most 40 characters. */
export function slug(name: string): string {
  const kept = name.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '-');
  return [...kept].slice(0, 40).join('').replaceAll(/^-|-$/g, '') || 'mask';
}
