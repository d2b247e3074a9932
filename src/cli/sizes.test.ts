import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readNpy } from '../image/formats/npy.ts';
import { command } from './commands/run.ts';

const pack = join(import.meta.dirname, '../../models/tiny');
const RESULT = { depth: 'depth.npy', refer: 'logits.npy', segment: 'labels.npy' } as const;
const TASKS = ['depth', 'refer', 'segment'] as const;

describe('the embedded pack on photos of any size', () => {
  let work = '';
  beforeAll(async () => {
    work = await mkdtemp(join(tmpdir(), 'vpd-sizes-'));
  });
  afterAll(() => rm(work, { recursive: true, force: true }));

  async function photo(width: number, height: number): Promise<string> {
    const path = join(work, `${width}x${height}.png`);
    const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => 128 + 100 * Math.sin(i / 97));
    await sharp(data, { raw: { width, height, channels: 3 } })
      .png()
      .toFile(path);
    return path;
  }

  async function run(
    task: string,
    image: string,
    protocol: string,
  ): Promise<{ code: number; lines: string[]; out: string }> {
    const out = join(work, `${task}-${protocol}-${image.split('/').at(-1)}`);
    const lines: string[] = [];
    const io = { out: (line: string) => lines.push(line), err: (line: string) => lines.push(line) };
    const args = [
      task,
      '--pack',
      pack,
      '--image',
      image,
      ...(task === 'refer' ? ['--prompt', 'the chair'] : []),
      '--protocol',
      protocol,
      '--out',
      out,
      '--raw',
    ];
    return { code: await command.run(args, io), lines, out };
  }

  it.each(
    [
      [640, 480],
      [320, 256],
      [64, 64],
      [101, 37],
    ].flatMap(([width = 0, height = 0]) => TASKS.map((task) => ({ task, width, height }))),
  )('$task runs on $width×$height without resizing', { timeout: 120_000 }, async ({ task, width, height }) => {
    const { code, out } = await run(task, await photo(width, height), 'direct');
    expect(code).toBe(0);
    const { shape, data } = readNpy(new Uint8Array(await readFile(join(out, RESULT[task]))), RESULT[task]);
    expect(shape.slice(-2)).toEqual([height, width]);
    expect(Array.from(data, Number).every(Number.isFinite)).toBe(true);
  });

  it.each([
    [3, 500],
    [900, 20],
    [1, 1],
  ])('fits a photo of %i×%i and returns depth at its size', { timeout: 120_000 }, async (width, height) => {
    const { code, out } = await run('depth', await photo(width, height), 'fit');
    expect(code).toBe(0);
    const { shape } = readNpy(new Uint8Array(await readFile(join(out, 'depth.npy'))), 'depth.npy');
    expect(shape).toEqual([height, width]);
  });

  it('refuses the paper’s windows on a photo that they do not fit', async () => {
    await expect(run('depth', await photo(320, 256), 'paper')).rejects.toThrow(/640×480.*320×256|320×256.*640×480/);
  });
});
