import { VpdError } from '../errors.ts';

/** True if a text is an http or https address rather than a path or an id. */
export const isAddress = (text: string): boolean => /^https?:\/\//i.test(text.trim());

/**
 * Returns the download address of a file, or of a folder of files (ending in `/`). Rewrites links to pages about files: Hugging Face `blob`
 * and `tree`, a bare repository, GitHub `blob`.
 * @throws VpdError bad-request for anything but http and https
 */
export function readAddress(text: string): URL {
  const trimmed = text.trim();
  const url = URL.canParse(trimmed) ? new URL(trimmed) : undefined;
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw new VpdError('bad-request', `“${trimmed}” is not an http or https address. Paste the link of a file.`);
  // Credentials would otherwise appear in messages and in the page's own address.
  url.username = '';
  url.password = '';
  url.hash = '';
  if (url.hostname === 'huggingface.co' || url.hostname === 'hf.co') return huggingFace(url);
  if (url.hostname === 'github.com') return gitHub(url);
  return url;
}

/** https://huggingface.co/docs/hub/en/models-downloading: `/OWNER/NAME/resolve/REVISION/PATH`; data sets and spaces have a prefix. */
function huggingFace(url: URL): URL {
  const parts = url.pathname.split('/').filter((part) => part !== '');
  const at = parts[0] === 'datasets' || parts[0] === 'spaces' ? 3 : 2;
  if (parts.length === at) url.pathname = `/${parts.join('/')}/resolve/main/`;
  else if (parts[at] === 'blob') url.pathname = `/${parts.with(at, 'resolve').join('/')}`;
  else if (parts[at] === 'tree') url.pathname = `/${parts.with(at, 'resolve').join('/')}/`;
  return url;
}

function gitHub(url: URL): URL {
  const [owner, name, kind, ...rest] = url.pathname.split('/').filter((part) => part !== '');
  if (kind !== 'blob' && kind !== 'raw') return url;
  return new URL(`https://raw.githubusercontent.com/${[owner, name, ...rest].join('/')}`);
}

/** Name of the file at an address, for messages and for stored files. */
export function fileNameOf(url: URL): string {
  const last = url.pathname.split('/').findLast((part) => part !== '') ?? url.hostname;
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}
