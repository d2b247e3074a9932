import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { smallFixture } from '../../fixtures/small.ts';
import { writeSource } from '../convert/testing/fixture.ts';
import { type FileServer, startFileServer } from '../testing/file-server.ts';
import { command as bench } from './commands/bench.ts';
import { command as convert } from './commands/convert.ts';
import { command as inspect } from './commands/inspect.ts';
import { command as onnx } from './commands/onnx.ts';
import { folderSink } from './files/folder-sink.ts';
import { siblingFile } from './files/source-file.ts';
import { openRunner } from './runner.ts';

const pth = join(import.meta.dirname, '../weights/testdata/tiny.pth');
const pack = join(import.meta.dirname, '../../models/tiny');
let server: FileServer;
let work = '';

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'vpd-address-'));
  server = await startFileServer({
    'tiny.pth': { bytes: await readFile(pth) },
    'page.pth': { bytes: new TextEncoder().encode('<!doctype html>'), type: 'text/html' },
    'p/config.json': { bytes: await readFile(join(pack, 'config.json')) },
    'p/README.md': { bytes: await readFile(join(pack, 'README.md')), type: 'text/markdown' },
    'p/model.safetensors': { bytes: await readFile(join(pack, 'model.safetensors')) },
  });
});
afterAll(async () => {
  await server.close();
  await rm(work, { recursive: true, force: true });
});

async function print(run: typeof inspect.run, ...args: string[]): Promise<string> {
  const lines: string[] = [];
  await run(args, { out: (line) => lines.push(line), err: () => undefined });
  return lines.join('\n');
}

test('inspect prints the same for a checkpoint at an address as for one on disk', async () => {
  expect(await print(inspect.run, `${server.url}tiny.pth`, '--json')).toBe(await print(inspect.run, pth, '--json'));
});

test('a pack at an address is inspected from its headers, and verified from its bytes', async () => {
  const text = await print(inspect.run, `${server.url}p/`, '--verify');
  expect(text).toMatch(/all hashes right/);
  expect(text.replace(`${server.url}p/`, '')).toBe((await print(inspect.run, pack, '--verify')).replace(pack, ''));
});

test('every file that the config of a pack lists is verified, including its card', async () => {
  const copy = join(work, 'copy');
  await cp(pack, copy, { recursive: true });
  await writeFile(join(copy, 'README.md'), 'Sees everything.');
  expect(await print(inspect.run, copy)).toMatch(/pack "vpd-tiny"/);
  await expect(print(inspect.run, copy, '--verify')).rejects.toThrow(
    /^README\.md has sha256 [0-9a-f]{64} and config\.json says [0-9a-f]{64}: it is damaged\. Download it again\.$/,
  );
  await rm(join(copy, 'README.md'));
  await expect(print(inspect.run, copy, '--verify')).rejects.toThrow(
    `${join(copy, 'README.md')} is not there. A pack is a folder with config.json and the files that it lists.`,
  );
});

test('commands refuse damaged weights', async () => {
  const damaged = join(work, 'damaged');
  await cp(pack, damaged, { recursive: true });
  const weights = await readFile(join(damaged, 'model.safetensors'));
  await writeFile(join(damaged, 'model.safetensors'), weights.fill(0, weights.length - 1000));
  expect(await print(inspect.run, damaged)).toMatch(/pack "vpd-tiny"/);
  const message = /^model\.safetensors has sha256 [0-9a-f]{64} and config\.json says [0-9a-f]{64}: it is damaged\./;
  await expect(openRunner(damaged)).rejects.toThrow(message);
  await expect(print(bench.run, '--pack', damaged)).rejects.toThrow(message);
  await expect(
    print(onnx.run, '--pack', damaged, '--graph', 'refer-head', '--out', join(work, 'damaged.onnx')),
  ).rejects.toThrow(message);
});

test('a checkpoint at an address becomes the same pack as one on disk, even if connections drop', async () => {
  const writer = await folderSink(work).createFile('segment.safetensors');
  await writeSource(writer, smallFixture('segment'));
  await writer.close();
  const path = join(work, 'segment.safetensors');
  server.files.set('segment.safetensors', { bytes: await readFile(path), etag: '"s"', drops: [0, 1_000, 3_000_000] });
  const options = ['--weights', 'q8', '--heads', '4', '--text-heads', '4'];
  for (const [from, to] of [
    [path, 'disk'],
    [`${server.url}segment.safetensors`, 'web'],
  ] as const)
    await print(convert.run, from, '--out', join(work, to), ...options);
  expect(await readFile(join(work, 'web/config.json'), 'utf8')).toBe(
    await readFile(join(work, 'disk/config.json'), 'utf8'),
  );
  expect(server.files.get('segment.safetensors')?.drops).toEqual([]);
});

test.each([
  ['before the header is read', 0],
  ['during the conversion', 1],
])('Ctrl-C ends the wait for a server, %s', async (_, good) => {
  const bytes = await readFile(join(work, 'segment.safetensors'));
  const busy = Array.from({ length: 9 }, () => ({ status: 503, headers: { 'retry-after': '60' } }));
  server.files.set('busy.safetensors', { bytes, etag: '"s"' });
  const answering = server.files.get('busy.safetensors');
  const out = join(work, `busy-${good}`);
  const lines: string[] = [];
  const io = { out: () => undefined, err: (line: string) => lines.push(line) };
  if (answering && good === 0) answering.answers = busy;
  if (answering && good === 1)
    answering.hold = async (start) => {
      if (start === 0) answering.answers = busy;
    };
  const stopped = convert.run([`${server.url}busy.safetensors`, '--out', out, '--heads', '4', '--text-heads', '4'], io);
  await expect.poll(() => lines).toContain('Connection lost, trying again in 60 s.');
  process.emit('SIGINT');
  expect(await stopped).toBe(130);
  expect(lines.at(-1)).toBe('vpd: Interrupted; incomplete files were deleted.');
  if (good === 1) expect(await readdir(out)).toEqual([]);
});

test('the address of a shard has the parameters of its index', () => {
  expect(siblingFile('https://x.org/a/all.index.json?download=true', 'b c.safetensors')).toBe(
    'https://x.org/a/b%20c.safetensors?download=true',
  );
});

test('an address without a checkpoint', async () => {
  await expect(print(convert.run, `${server.url}gone.pth`, '--out', join(work, 'a'))).rejects.toThrow(
    /gone\.pth was answered with 404 Not Found: there is no such file\./,
  );
  await expect(print(convert.run, `${server.url}page.pth`, '--out', join(work, 'b'))).rejects.toThrow(
    /page\.pth is a web page and not a file/,
  );
});
