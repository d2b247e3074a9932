import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { smallFixture } from '../../../fixtures/small.ts';
import { changed } from '../../convert/testing/changed.ts';
import { writeSource } from '../../convert/testing/fixture.ts';
import { folderSink, putFile } from '../files/folder-sink.ts';
import { sha256 } from '../files/sha256.ts';
import { interruptible } from '../interrupt.ts';
import { command as convert } from './convert.ts';
import { command as inspect } from './inspect.ts';

const HEADS = ['--heads', '4', '--text-heads', '4'];
let work = '';
let checkpoint = '';

async function writeCheckpoint(folder: string, name: string, source = smallFixture('segment')): Promise<string> {
  const writer = await folderSink(folder).createFile(name);
  await writeSource(writer, source);
  await writer.close();
  return join(folder, name);
}
beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'vpd-convert-'));
  checkpoint = await writeCheckpoint(work, 'segment.safetensors');
});
afterAll(() => rm(work, { recursive: true, force: true }));

const io = { out: () => undefined, err: () => undefined };

test('a checkpoint that the pack would overwrite is not changed', async () => {
  const own = await writeCheckpoint(join(work, 'own'), 'model.safetensors');
  const before = sha256(await readFile(own));
  await expect(convert.run([own, '--out', join(work, 'own'), ...HEADS], io)).rejects.toThrow(
    `${own} is a source of this conversion, and it would be replaced; give another --out.`,
  );
  expect(sha256(await readFile(own))).toBe(before);
  expect(await readdir(join(work, 'own'))).toEqual(['model.safetensors']);
});

test('shards that the pack would overwrite are not changed, and those in other folders not read', async () => {
  const folder = join(work, 'sharded');
  const shard = await writeCheckpoint(folder, 'model.safetensors');
  const names = [...smallFixture('segment').tensors.keys()];
  const index = join(folder, 'all.index.json');
  const weightMap = Object.fromEntries(names.map((name) => [name, 'model.safetensors']));
  await writeFile(index, JSON.stringify({ weight_map: weightMap }));
  await expect(convert.run([index, '--out', folder, ...HEADS], io)).rejects.toThrow(
    `${shard} is a source of this conversion, and it would be replaced; give another --out.`,
  );
  await writeFile(index, JSON.stringify({ weight_map: { a: '../segment.safetensors' } }));
  await expect(convert.run([index, '--out', folder, ...HEADS], io)).rejects.toThrow(
    'all.index.json names the shard ../segment.safetensors, which is not a plain file name.',
  );
});

test('Ctrl-C deletes the incomplete files and keeps the older pack', async () => {
  const out = join(work, 'stopped');
  expect(await convert.run([checkpoint, '--out', out, ...HEADS], io)).toBe(0);
  const names = (await readdir(out)).sort();
  expect(names).toEqual(['README.md', 'config.json', 'model.safetensors']);
  const config = await readFile(join(out, 'config.json'), 'utf8');
  expect(JSON.parse(config).weights, 'by default').toBe('q8');
  const stopped = convert.run([checkpoint, '--out', out, '--weights', 'f32', ...HEADS], io);
  await expect.poll(() => readdir(out), { interval: 1 }).toContain('convert.part');
  process.emit('SIGINT');
  expect(await stopped).toBe(130);
  expect((await readdir(out)).sort()).toEqual(names);
  expect(await readFile(join(out, 'config.json'), 'utf8')).toBe(config);
});

test('convert says what the pack will lack', async () => {
  const lines: string[] = [];
  const refer = await writeCheckpoint(work, 'refer.safetensors', smallFixture('refer'));
  await convert.run([refer, '--out', join(work, 'refer'), ...HEADS], { ...io, err: (line) => lines.push(line) });
  expect(lines[0]).toMatch(/^note: No text encoder: give the Stable Diffusion v1 checkpoint as a second file /);
});

test('Ctrl-C is handled only while the work runs', async () => {
  const before = process.listenerCount('SIGINT');
  expect(await interruptible(io, async () => process.listenerCount('SIGINT') - before)).toBe(1);
  await expect(interruptible(io, () => Promise.reject(new Error('of its own')))).rejects.toThrow('of its own');
  expect(process.listenerCount('SIGINT')).toBe(before);
});

test('a folder that cannot be written to', async () => {
  const out = join(work, 'blocked');
  await mkdir(out);
  await writeFile(join(out, 'file'), '');
  await expect(convert.run([checkpoint, '--out', join(out, 'file'), ...HEADS], io)).rejects.toThrow(
    `The folder ${join(out, 'file')} cannot be created; give another --out.`,
  );
  await mkdir(join(out, 'a.bin.part'));
  await expect(folderSink(out).createFile('a.bin')).rejects.toThrow(
    `${join(out, 'a.bin')} cannot be written: a folder has that name; choose another one.`,
  );
  await expect(folderSink(join(out, 'file')).createFile('a.bin')).rejects.toThrow(
    `The folder ${join(out, 'file')} cannot be created: a file has that name; choose another one.`,
  );
});

test('writing does not follow a symbolic link in place of the temporary file', async () => {
  const folder = join(work, 'linked');
  await mkdir(folder);
  const victim = join(work, 'victim');
  await writeFile(victim, 'mine');
  await symlink(victim, join(folder, 'config.json.part'));
  await putFile(folder, 'config.json', [new TextEncoder().encode('{}')]);
  expect(await readFile(victim, 'utf8')).toBe('mine');
  expect(await readFile(join(folder, 'config.json'), 'utf8')).toBe('{}');
  expect(await readdir(folder)).toEqual(['config.json']);
});

test('a file that is interrupted leaves no part, and the older one as it was', async () => {
  const folder = join(work, 'half');
  await putFile(folder, 'a.bin', [Uint8Array.of(1)]);
  const stop = new AbortController();
  function* chunks() {
    yield Uint8Array.of(2);
    stop.abort();
    yield Uint8Array.of(3);
  }
  await expect(putFile(folder, 'a.bin', chunks(), stop.signal)).rejects.toMatchObject({ name: 'AbortError' });
  expect(await readdir(folder)).toEqual(['a.bin']);
  expect([...(await readFile(join(folder, 'a.bin')))]).toEqual([1]);
});

test('inspect counts the tensors that are left out, by reason', async () => {
  const lines: string[] = [];
  expect(await inspect.run([checkpoint, ...HEADS], { out: (line) => lines.push(line), err() {} })).toBe(0);
  const from = lines.findIndex((line) => line.startsWith('left out'));
  const [head = '', ...reasons] = lines.slice(from);
  const counts = reasons.map((line) => Number(/^ {2}(\d+): /.exec(line)?.[1]));
  expect(counts.length).toBeGreaterThan(1);
  expect(head).toBe(`left out: ${counts.reduce((a, b) => a + b)}`);
  expect(reasons.join()).toContain(': counters of BatchNorm training steps');
});

test('inspect shows what the options change, and what keeps a checkpoint from being converted', async () => {
  const source = changed(smallFixture('depth'), { extra: ['surprise'] });
  const file = await writeCheckpoint(work, 'depth.safetensors', source);
  const lines: string[] = [];
  const args = [file, '--name', 'Mine', '--max-depth', '80', '--json', ...HEADS];
  expect(await inspect.run(args, { ...io, out: (line) => lines.push(line) })).toBe(1);
  const tensors = source.tensors.size;
  expect(JSON.parse(lines.join(''))).toMatchObject({
    convertible: false,
    unknown: ['surprise'],
    files: [{ tensors, dtypes: { F32: tensors } }],
    config: { name: 'Mine', tasks: { depth: { maxDepth: 80 } } },
  });
});

test.each([
  ['convert', ['--max-depth', '5'], '--max-depth works for vpd-depth, not with vpd-segment.'],
  ['inspect', ['--max-depth', '5'], '--max-depth works for vpd-depth, not with vpd-segment.'],
  ['inspect', ['--verify'], '--verify works for a pack, not with a checkpoint.'],
  ['convert', ['--heads', '2.5'], '--heads 2.5 is not a positive whole number.'],
  ['inspect', ['--max-depth', '0'], '--max-depth 0 is not a positive number.'],
])('%s refuses %j', async (name, options, message) => {
  const command = name === 'convert' ? convert : inspect;
  const args = [checkpoint, ...HEADS, ...options, ...(name === 'convert' ? ['--out', join(work, 'none')] : [])];
  await expect(command.run(args, io)).rejects.toThrow(message);
});

test('inspect refuses options of checkpoints for a pack, and a pack among checkpoints', async () => {
  const pack = join(import.meta.dirname, '../../../models/tiny');
  await expect(inspect.run([pack, '--heads', '4'], io)).rejects.toThrow(
    '--heads works for a checkpoint, not with a pack.',
  );
  await expect(inspect.run([pack, checkpoint], io)).rejects.toThrow(
    `${pack} is a folder. Give the checkpoint file inside it.`,
  );
});
