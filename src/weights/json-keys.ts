const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN = new Set([0x7b, 0x5b]);
const CLOSE = new Set([0x7d, 0x5d]);

/**
 * Returns the first duplicate key of the top-level object of a valid JSON text, or undefined. `JSON.parse` silently keeps the last of two
 * equal keys, so two readers of a hostile file could see different tensors.
 */
export function duplicateKey(json: string): string | undefined {
  const seen = new Set<string>();
  let depth = 0;
  let text = '';
  for (let i = 0; i < json.length; i++) {
    const code = json.charCodeAt(i);
    if (code === QUOTE) {
      const begin = i;
      for (i++; i < json.length && json.charCodeAt(i) !== QUOTE; i++) if (json.charCodeAt(i) === BACKSLASH) i++;
      if (depth === 1) text = json.slice(begin, i + 1);
    } else if (OPEN.has(code)) depth++;
    else if (CLOSE.has(code)) depth--;
    else if (code === COLON && depth === 1) {
      const key = String(JSON.parse(text));
      if (seen.has(key)) return key;
      seen.add(key);
    }
  }
  return undefined;
}
