import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TINY, tinyModel } from '../../engine/testing/tiny-model.ts';
import { encodePng8 } from '../../image/formats/png.ts';
import { safetensorsHeader } from '../../weights/safetensors/safetensors-writer.ts';
import { sha256 } from '../files/sha256.ts';
import { command } from './calibrate.ts';
import { command as evaluate } from './eval.ts';

const [WIDTH, HEIGHT, PHOTOS] = [64, 64, 40] as const;
let work = '';

/** A pack of small arbitrary weights, and synthetic photos: "red" is labelled as present, "chair" as absent. */
beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'vpd-calibrate-'));
  await mkdir(join(work, 'pack'));
  await mkdir(join(work, 'rgb'));
  const { index, files } = tinyModel();
  const tensors = [...index].map(([name, { dtype, shape, length }]) => ({ name, dtype, shape, bytes: length }));
  const body = await files.get('tiny.safetensors')?.bytes();
  const weights = Buffer.concat([safetensorsHeader(tensors), body ?? new Uint8Array()]);
  await writeFile(join(work, 'pack/model.safetensors'), weights);
  const config = {
    schema: 1,
    format: 'vpd-pack',
    ...TINY,
    weights: 'f32',
    folded: { timestep: 1, batchNorm: true },
    files: { 'model.safetensors': { bytes: weights.length, sha256: sha256(weights) } },
    provenance: { kept: ['as', 'it', 'is'] },
    licence: 'none',
  };
  await writeFile(join(work, 'pack/config.json'), `${JSON.stringify(config, null, 1)}\n`);
  const refs: unknown[] = [];
  for (let i = 0; i < PHOTOS; i++) {
    const data = Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, (_, k) => 128 + 100 * Math.sin((k * (i + 1)) / 97));
    await writeFile(join(work, `rgb/${i}.png`), encodePng8(data, WIDTH, HEIGHT, 'rgb'));
    const size = [HEIGHT, WIDTH];
    refs.push({ image: `rgb/${i}.png`, expression: 'red', mask: { size, counts: [0, WIDTH * HEIGHT] } });
    refs.push({ image: `rgb/${i}.png`, expression: 'chair', absent: true });
  }
  await writeFile(join(work, 'refs.json'), JSON.stringify(refs));
});
afterAll(() => rm(work, { recursive: true, force: true }));

const config = () => readFile(join(work, 'pack/config.json'), 'utf8');

async function run(tool: typeof command, ...args: string[]): Promise<MessageEvent['data']> {
  const lines: string[] = [];
  const io = { out: (line: string) => lines.push(line), err: () => undefined };
  expect(await tool.run([...args, '--pack', join(work, 'pack'), '--threads', '1', '--json'], io)).toBe(0);
  return lines.join('');
}
const EVALUATED = 16;

test('changes only the calibration in the config; eval measures it; --remove deletes it', async () => {
  const before = await config();
  const model = JSON.parse(await run(command, '--data', work, '--precision', '0.6'));
  const written = await config();
  const { tasks, ...others } = JSON.parse(written);
  expect(tasks.refer.absence).toEqual(model);
  expect(model.heldOut).toMatchObject({ present: PHOTOS / 2, absent: PHOTOS / 2 });
  const { tasks: old, ...untouched } = JSON.parse(before);
  expect(others).toEqual(untouched);
  expect(tasks.depth).toEqual(old.depth);

  const figures = await run(evaluate, 'refer', '--data', work, '--limit', `${EVALUATED}`);
  const signalled = JSON.parse(figures);
  expect(signalled).toMatchObject({ expressions: EVALUATED / 2, absent: EVALUATED / 2 });
  expect(signalled.signal_recall).toBeGreaterThan(0);
  expect(signalled.signal_precision).toBeGreaterThan(0.5);
  expect(signalled.signal_auc).toBeGreaterThan(0.5);

  expect(JSON.parse(await run(command, '--remove', '--dry'))).toEqual({ removed: false });
  expect(await config()).toBe(written);
  expect(JSON.parse(await run(command, '--remove'))).toEqual({ removed: true });
  expect(await config()).toBe(before);
  expect(JSON.parse(await run(command, '--remove'))).toEqual({ removed: false });
});

test('eval --zero-shot scores masks from attention alone, and names them so', async () => {
  const scored = async (...more: string[]) =>
    JSON.parse(await run(evaluate, 'refer', '--data', work, '--limit', '1', '--shard', '1/1', ...more));
  const [head, attention] = [await scored(), await scored('--zero-shot')];
  expect(head.run).toContain(', fit, data ');
  expect(attention.run).toContain(', fit, zero-shot, data ');
  expect(attention.sums.intersection).not.toEqual(head.sums.intersection);
});

test('leaves out expressions that the pack cannot read, and prints their number', async () => {
  const refs = JSON.parse(await readFile(join(work, 'refs.json'), 'utf8'));
  const folder = join(work, 'unread');
  await mkdir(folder);
  await symlink(join(work, 'rgb'), join(folder, 'rgb'));
  const strange = [0, 1].map((i) => ({ image: `rgb/${i}.png`, expression: 'xyzzy', absent: true }));
  await writeFile(join(folder, 'refs.json'), JSON.stringify([...strange, ...refs]));
  const args = ['--pack', join(work, 'pack'), '--threads', '1', '--precision', '0.6', '--dry'];
  const lines: string[] = [];
  const io = { out: (line: string) => lines.push(line), err: (line: string) => lines.push(line) };
  expect(await command.run([...args, '--data', folder, '--json'], io)).toBe(0);
  expect(lines).toContain(`2 of ${2 * PHOTOS + 2} phrases were left out: the pack cannot read them.`);
  const { unread, ...model } = JSON.parse(lines.at(-1) ?? '');
  expect(unread).toBe(2);
  expect(model).toEqual(JSON.parse(await run(command, '--data', work, '--precision', '0.6', '--dry')));
});

test('fails before measuring if the config cannot be written', async () => {
  const blocked = join(work, 'pack/config.json.part');
  await mkdir(blocked);
  await expect(run(command, '--data', join(work, 'none'))).rejects.toThrow(
    /config\.json cannot be written: a folder has that name/,
  );
  await expect(run(command, '--data', join(work, 'none'), '--dry')).rejects.toThrow(/none.* cannot be read/);
  await rm(blocked, { recursive: true });
  const io = { out: () => undefined, err: () => undefined };
  await expect(command.run(['--pack', 'https://x.invalid/p/', '--data', work], io)).rejects.toThrow(
    'calibrate without --dry needs the pack in a folder on this machine;',
  );
  await expect(command.run(['--pack', 'https://x.invalid/p/', '--remove', '--dry'], io)).rejects.toThrow(
    'calibrate --remove needs the pack in a folder on this machine; download the files of https://x.invalid/p/ and give their folder.',
  );
});

test('refuses a wrong precision and too little data', async () => {
  await expect(run(command, '--data', work, '--precision', '2')).rejects.toThrow(
    '--precision is "2"; it must lie between 0.5 and 1.',
  );
  await expect(run(command, '--data', work, '--limit', '12')).rejects.toThrow(
    'Half of the photos have only 3 phrases that fit something; 20 are needed.',
  );
});
