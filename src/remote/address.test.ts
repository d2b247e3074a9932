import { expect, test } from 'vitest';
import { fileNameOf, isAddress, readAddress } from './address.ts';

test.each([
  ['https://example.org/a/model.safetensors#part', 'https://example.org/a/model.safetensors'],
  [' https://me:secret@example.org/vpd.pth?x=1 ', 'https://example.org/vpd.pth?x=1'],
  [
    'https://huggingface.co/owner/name/blob/main/unet/vpd.pth?download=true',
    'https://huggingface.co/owner/name/resolve/main/unet/vpd.pth?download=true',
  ],
  ['https://hf.co/owner/name/blob/main/vpd.pth', 'https://hf.co/owner/name/resolve/main/vpd.pth'],
  ['https://huggingface.co/owner/name/resolve/main/vpd.pth', 'https://huggingface.co/owner/name/resolve/main/vpd.pth'],
  [
    'https://huggingface.co/owner/name/blob/refs%2Fpr%2F1/a%20b.ckpt',
    'https://huggingface.co/owner/name/resolve/refs%2Fpr%2F1/a%20b.ckpt',
  ],
  ['https://huggingface.co/owner/name', 'https://huggingface.co/owner/name/resolve/main/'],
  ['https://huggingface.co/owner/name/tree/v2/q4', 'https://huggingface.co/owner/name/resolve/v2/q4/'],
  [
    'https://huggingface.co/datasets/owner/name/blob/main/a.ckpt',
    'https://huggingface.co/datasets/owner/name/resolve/main/a.ckpt',
  ],
  ['https://huggingface.co/spaces/owner/name', 'https://huggingface.co/spaces/owner/name/resolve/main/'],
  ['https://github.com/owner/name/raw/v2/a.pth', 'https://raw.githubusercontent.com/owner/name/v2/a.pth'],
  [
    'https://github.com/owner/name/releases/download/v2/a.pth',
    'https://github.com/owner/name/releases/download/v2/a.pth',
  ],
  [
    'https://github.com/owner/name/blob/main/p/config.json',
    'https://raw.githubusercontent.com/owner/name/main/p/config.json',
  ],
])('%s', (pasted, read) => {
  expect(readAddress(pasted).href).toBe(read);
});

test('texts that are not addresses', () => {
  for (const text of ['models/tiny', 'file:///etc/passwd', 'javascript:alert(1)', 'ftp://a/b', ''])
    expect(() => readAddress(text)).toThrow(`“${text}” is not an http or https address. Paste the link of a file.`);
  expect(isAddress('HTTPS://a.b')).toBe(true);
  expect(isAddress('./https://')).toBe(false);
});

test('the name of the file at an address', () => {
  expect(fileNameOf(new URL('https://a.b/c/d%20e.pth?x'))).toBe('d e.pth');
  expect(fileNameOf(new URL('https://a.b/c/'))).toBe('c');
  expect(fileNameOf(new URL('https://a.b/%E0%A4%A'))).toBe('%E0%A4%A');
  expect(fileNameOf(new URL('https://a.b'))).toBe('a.b');
});
