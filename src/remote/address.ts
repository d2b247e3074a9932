import { VpdError } from '../errors.ts';

/** Whether a text that may also be a path or an id is meant as an address. */
export const isAddress = (text: string): boolean => /^https?:\/\//i.test(text.trim());

/**
 * The address under which a file, or a folder of files (ending in `/`), answers with its bytes. Links that people copy from the pages
 * around files are rewritten: Hugging Face `blob` and `tree`, a bare repository, GitHub `blob`.
 * @throws VpdError bad-request for anything but http and https
 */
export function readAddress(text: string): URL {
  const trimmed = text.trim();
  const url = URL.canParse(trimmed) ? new URL(trimmed) : undefined;
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw new VpdError('bad-request', `"${trimmed}" is not an http or https address. Paste the link of a file.`);
  // A login in an address would end up in messages and in the page's own address.
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

/** Name of the file at an address, for messages and for what is stored. */
export function fileNameOf(url: URL): string {
  const last = url.pathname.split('/').findLast((part) => part !== '') ?? url.hostname;
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}
