/**
 * The first key that the top-level object of a JSON text has twice, or undefined. `JSON.parse` silently keeps the last of two equal keys,
 * so that two readers of a hostile file could see different tensors. The text must be valid JSON.
 */
export function duplicateKey(json: string): string | undefined {
  const seen = new Set<string>();
  const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]/gs;
  let depth = 0;
  let text: string | undefined;
  for (let match = token.exec(json); match; match = token.exec(json)) {
    const [part] = match;
    if (part === '{' || part === '[') depth++;
    else if (part === '}' || part === ']') depth--;
    else if (part.startsWith('"')) text = part;
    else if (part === ':' && depth === 1 && text !== undefined) {
      const key = String(JSON.parse(text));
      if (seen.has(key)) return key;
      seen.add(key);
    }
  }
  return undefined;
}
