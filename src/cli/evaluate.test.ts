import { appendFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ErrorCode, VpdError } from '../errors.ts';
import type { Predictor } from '../eval/predictor.ts';
import { referEvaluation } from '../eval/refer.ts';
import type { Sums } from '../eval/sums.ts';
import { encodePng8 } from '../image/formats/png.ts';
import type { RgbImage } from '../image/rgb.ts';
import { TASK_IDS, type TaskId, type VpdConfig } from '../vpd/config.ts';
import { command } from './commands/eval.ts';
import { evaluate } from './evaluate.ts';
import { openResultLog, type ResultLog } from './files/result-log.ts';
import { progressLines } from './progress.ts';
import { openRunner } from './runner.ts';

const WIDTH = 8;
const HEIGHT = 4;
const PIXELS = WIDTH * HEIGHT;
let data = '';

/** A data folder of three grey photos: the grey value is the depth in tenths of a metre (stored 10 higher); the left half is class 0 and "the left". */
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'vpd-eval-'));
  for (const folder of ['rgb', 'depth', 'label40', 'masks']) await mkdir(join(data, folder));
  const isLeft = (i: number) => i % WIDTH < WIDTH / 2;
  const put = (path: string, values: Uint8Array, colour: 'gray' | 'rgb') =>
    writeFile(join(data, path), encodePng8(values, WIDTH, HEIGHT, colour));
  for (const [name, grey] of [
    ['a', 10],
    ['b', 20],
    ['c', 40],
  ] as const) {
    await put(`rgb/${name}.png`, new Uint8Array(PIXELS * 3).fill(grey), 'rgb');
    await put(`depth/${name}.png`, new Uint8Array(PIXELS).fill(grey + 10), 'gray');
    await put(
      `label40/${name}.png`,
      Uint8Array.from({ length: PIXELS }, (_, i) => (isLeft(i) ? 0 : i < WIDTH ? 255 : 1)),
      'gray',
    );
  }
  // In red alone: of several channels the first counts.
  await put(
    'masks/left.png',
    Uint8Array.from({ length: 3 * PIXELS }, (_, i) => (i % 3 > 0 || isLeft(Math.floor(i / 3)) ? 255 : 0)),
    'rgb',
  );
  const write = (name: string, value: unknown) => writeFile(join(data, name), JSON.stringify(value));
  await write('meta.json', {
    depth: { scale: 0.1, offset: -1 },
    eval: { min: 0.001, max: 10, crop: null },
    scenes: { b: 'office' },
  });
  await write('classes.json', { names: ['wall', 'floor'], ignore: 255 });
  await write('refs.json', [
    { image: 'rgb/a.png', expression: 'left', mask: 'masks/left.png' },
    { image: 'rgb/a.png', expression: 'all', mask: { size: [HEIGHT, WIDTH], counts: [0, PIXELS] } },
    {
      image: 'rgb/b.png',
      expression: 'left',
      mask: { size: [HEIGHT, WIDTH], counts: '0`0`0' },
    },
  ]);
});
afterAll(() => rm(data, { recursive: true, force: true }));

const head = { kind: 'fpn', channels: 1, headChannels: 1, outputs: 1 } as const;
const config: VpdConfig = {
  family: 'baseline',
  name: 'baseline',
  vae: { channels: 1, mult: [1], blocks: 1, latent: 4, patch: 1, midAttention: false, groups: 1 },
  unet: {
    channels: 1,
    mult: [1],
    blocks: 1,
    context: 1,
    latent: 4,
    heads: 1,
    crossAttention: [false],
    selfAttention: [false],
    ffMult: 4,
    groups: 1,
    features: [],
  },
  tasks: {
    depth: { head, maps: [], context: 'scene', scenes: ['room'], maxDepth: 10 },
    refer: { head, maps: [], context: 'text', tokens: 40 },
    segment: { head, maps: [], context: 'classes', classes: ['floor', 'wall'] },
  },
  working: { longSide: 64, multiple: 64 },
};

/** Baselines without a network: 2 m everywhere at half the size; "everything"; "all floor". */
const baseline: Predictor = {
  config,
  depth: async () => ({ width: 4, height: 2, data: new Float32Array(8).fill(2) }),
  refer: async ({ width, height }) => ({ width, height, mask: new Uint8Array(width * height).fill(1) }),
  segment: async ({ width, height }) => ({ width, height, labels: new Uint8Array(width * height) }),
};
const whole = { shard: { index: 1, count: 1 } };

/** Hash by which `evaluate` identifies the data. */
const hashOf = async (task: TaskId, folder: string, options = {}) => {
  let found = '';
  const openLog = async (_: Sums, hash: string): Promise<ResultLog> => {
    found = hash;
    return { known: () => undefined, append: async () => undefined };
  };
  await evaluate(task, baseline, folder, { ...whole, ...options, openLog });
  return found;
};

async function figures(args: readonly string[]): Promise<unknown> {
  const lines: string[] = [];
  expect(await command.run(args, { out: (line) => lines.push(line), err: () => undefined })).toBe(0);
  return JSON.parse(lines.join(''));
}

describe('evaluate', () => {
  it('depth: |2 − 1|, |2 − 2| and |2 − 4| metres', async () => {
    const seen: string[] = [];
    const sums = await evaluate('depth', baseline, data, {
      ...whole,
      onProgress: (n, _, of) => seen.push(`${n}/${of}`),
    });
    expect(sums.images).toEqual([3]);
    expect(sums.rmse?.[0]).toBeCloseTo(1 + 0 + 2, 5);
    expect(sums.d1).toEqual([1]);
    expect(seen).toEqual(['1/3', '2/3', '3/3']);
  });
  it.each([
    [['room'], [undefined, undefined, undefined]],
    [
      ['room', 'office'],
      [undefined, 'office', undefined],
    ],
  ])('depth: a pack that knows the scenes %j', async (scenes, wanted) => {
    const tasks = config.tasks.depth ? { depth: { ...config.tasks.depth, scenes } } : {};
    const seen: unknown[] = [];
    const depth: Predictor['depth'] = (image, options) => {
      seen.push(options?.scene);
      return baseline.depth(image);
    };
    await evaluate('depth', { ...baseline, config: { ...config, tasks }, depth }, data, whole);
    expect(seen).toEqual(wanted);
  });
  it('refer: half, all, half', async () => {
    const photos: RgbImage[] = [];
    const refer: Predictor['refer'] = (image, expression) => {
      photos.push(image);
      return baseline.refer(image, expression);
    };
    const sums = await evaluate('refer', { ...baseline, refer }, data, whole);
    expect(sums).toMatchObject({ expressions: [3], intersection: [16 + 32 + 16], union: [96], iou: [2], p50: [3] });
    expect(photos.map((photo) => photo.data[0])).toEqual([10, 10, 20]);
    expect(photos[1], 'one object, whose latent is computed once').toBe(photos[0]);
  });
  it('segment: floor is right on 12 of 28 labelled pixels', async () => {
    const sums = await evaluate('segment', baseline, data, { ...whole, limit: 1 });
    expect(sums).toEqual({ images: [1], labelled: [28], right: [0, 12], truth: [16, 12], predicted: [0, 28] });
  });

  describe('merge', () => {
    const path = (name: string) => join(data, `${name}.json`);
    beforeAll(async () => {
      for (const index of [1, 2]) {
        const sums = await evaluate('depth', baseline, data, { shard: { index, count: 2 } });
        await writeFile(
          path(`shard${index}`),
          JSON.stringify({ task: 'depth', shard: `${index}/2`, run: 'one', sums }),
        );
      }
      const shard = JSON.parse(await readFile(path('shard2'), 'utf8'));
      await writeFile(path('foreign'), JSON.stringify({ ...shard, run: 'two' }));
      await writeFile(path('many'), JSON.stringify({ ...shard, shard: '1/4000000000' }));
      await writeFile(path('third'), JSON.stringify({ ...shard, shard: '2/3' }));
      await writeFile(path('unnamed'), JSON.stringify({ ...shard, run: undefined }));
    });

    it('shards merge to the figures of one run', async () => {
      expect(await figures(['merge', path('shard2'), path('shard1'), '--json'])).toMatchObject({
        task: 'depth',
        images: 3,
        rmse: 1,
        d1: 0.333333,
      });
    });

    it.each([
      [['shard1', 'shard1'], 'DATA/shard1.json and DATA/shard1.json are both shard 1/2; give each shard once.'],
      [['shard2'], 'The files lack 1 shard (1) of the 2 of "one"; give all of them.'],
      [
        ['shard1', 'foreign'],
        'DATA/foreign.json is shard 2/2 of "two", and DATA/shard1.json is 1/2 of "one"; merge the shards of one run.',
      ],
      [
        ['shard1', 'third'],
        'DATA/third.json is shard 2/3 of "one", and DATA/shard1.json is 1/2 of "one"; merge the shards of one run.',
      ],
      [['many'], 'A run has at most 100000 shards, and "1/4000000000" is one of more.'],
      [['shard1', 'unnamed'], 'DATA/unnamed.json: "run" is undefined where "run" was expected; see "eval --help".'],
    ])('refuses %j', async (names, message) => {
      await expect(figures(['merge', ...names.map(path)])).rejects.toThrow(message.replaceAll('DATA', data));
    });
  });

  it('refer, paper: compared at the network’s size, truth resized by the nearest pixel', async () => {
    const square: Predictor = {
      ...baseline,
      refer: async () => ({ width: 2, height: 2, mask: Uint8Array.of(1, 0, 1, 0) }),
    };
    const sums = await evaluate('refer', square, data, { ...whole, protocol: 'paper' });
    expect(sums).toMatchObject({ expressions: [3], intersection: [2 + 2 + 2], union: [2 + 4 + 2], iou: [2.5] });
  });

  it.each(['fit', 'paper'] as const)(
    'refer, %s: an expression that cannot be read has an empty mask and is counted',
    async (protocol) => {
      const unable = (code: ErrorCode): Predictor => ({
        ...baseline,
        refer: (image, expression) =>
          expression === 'all'
            ? Promise.reject(new VpdError(code, 'This model knows none of the words.'))
            : baseline.refer(image, expression),
      });
      const sums = await evaluate('refer', unable('bad-prompt'), data, { ...whole, protocol });
      const read = protocol === 'fit' ? 16 + 16 : 2 * (PIXELS / 2);
      const truth = protocol === 'fit' ? PIXELS : 512 * 512;
      expect(sums).toMatchObject({ expressions: [3], unread: [1], iou: [1], intersection: [read] });
      expect(sums.union).toEqual([2 * PIXELS + truth]);
      expect(referEvaluation.report(sums)).toMatchObject({ expressions: 3, unread: 1 });
      expect(referEvaluation.report(await evaluate('refer', baseline, data, whole))).not.toHaveProperty('unread');
      await expect(evaluate('refer', unable('no-memory'), data, whole)).rejects.toThrow('none of the words');
    },
  );

  it('refer, paper: an expression without words is encoded as start and end tokens only', async () => {
    const runner = await openRunner(join(import.meta.dirname, '../../models/tiny'), { runtime: 'wasm', threads: 1 });
    const image = { width: WIDTH, height: HEIGHT, data: new Uint8Array(3 * PIXELS).fill(100) };
    const { width, height } = await runner.refer(image, ' ', { protocol: 'paper' });
    expect([width, height]).toEqual([512, 512]);
    await expect(runner.refer(image, ' ', { protocol: 'fit' })).rejects.toMatchObject({ code: 'bad-prompt' });
    await expect(runner.refer(image, 'xyzzy', { protocol: 'paper' })).rejects.toMatchObject({ code: 'bad-prompt' });
    await expect(runner.depth(image, { scene: 'nowhere' }), 'a scene is handed on').rejects.toThrow('nowhere');
    await runner.close();
  });

  it('an expression that cannot be read and fits nothing is counted as right', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vpd-eval-'));
    await cp(join(data, 'rgb'), join(folder, 'rgb'), { recursive: true });
    await writeFile(
      join(folder, 'refs.json'),
      JSON.stringify([{ image: 'rgb/a.png', expression: 'xyzzy', absent: true }]),
    );
    const refer = () => Promise.reject(new VpdError('bad-prompt', 'This model knows none of the words.'));
    const sums = await evaluate('refer', { ...baseline, refer }, folder, whole);
    expect(sums).toMatchObject({ expressions: [0], absent: [1], absentMasked: [0], unread: [1] });
    await rm(folder, { recursive: true });
  });

  it('resumes an interrupted run and gives the same sums', async () => {
    const csv = join(data, 'depth.csv');
    const openLog = (run: string) => (empty: Sums) => openResultLog(csv, run, empty);
    let calls = 0;
    const counting: Predictor = {
      ...baseline,
      depth: (image, options) => {
        calls++;
        return baseline.depth(image, options);
      },
    };
    const breaking: Predictor = {
      ...counting,
      depth: (image, options) =>
        calls === 2 ? Promise.reject(new Error('power cut')) : counting.depth(image, options),
    };
    await expect(evaluate('depth', breaking, data, { ...whole, openLog: openLog('one') })).rejects.toThrow('power cut');
    await appendFile(csv, '"one","c",1,0,0.1');
    expect(calls).toBe(2);
    const seen: string[] = [];
    const onProgress = (done: number, known: number, total: number) => seen.push(`${done}/${total}, ${known} known`);
    const sums = await evaluate('depth', counting, data, { ...whole, openLog: openLog('one'), onProgress });
    expect([calls, seen]).toEqual([3, ['1/3, 1 known', '2/3, 2 known', '3/3, 2 known']]);
    expect(sums).toEqual(await evaluate('depth', baseline, data, whole));
    expect((await readFile(csv, 'utf8')).split('\n').map((line) => line.split(',').slice(0, 2).join())).toEqual([
      'run,item',
      '"one","a"',
      '"one","b"',
      '"one","c"',
      '',
    ]);
    await expect(evaluate('depth', baseline, data, { ...whole, openLog: openLog('two') })).rejects.toThrow(
      'depth.csv holds results of "one", and this run is "two"; give another --csv.',
    );
    expect(await evaluate('depth', counting, data, { ...whole, openLog: openLog('one') }), 'again').toEqual(sums);
    expect(calls).toBe(3);

    const begun = join(data, 'begun.csv');
    await writeFile(begun, 'run,it');
    await openResultLog(begun, 'one', { images: [0] });
    expect(await readFile(begun, 'utf8')).toBe('run,item,images\n');
    await expect(openResultLog(data, 'one', { images: [0] })).rejects.toThrow(
      `${data} cannot be read; give another --csv.`,
    );
    const other = join(data, 'meta.json');
    const before = await readFile(other, 'utf8');
    await expect(openResultLog(other, 'one', { images: [0] })).rejects.toThrow(
      `${other} is not a table of results; give another --csv.`,
    );
    expect(await readFile(other, 'utf8')).toBe(before);
  });

  it('shards of a run may create the same file concurrently', async () => {
    const csv = join(data, 'parts.csv');
    const open = () => openResultLog(csv, 'one', { images: [0] });
    const [first, second] = await Promise.all([open(), open()]);
    await first.append('a', { images: [1] });
    await second.append('b', { images: [2] });
    const log = await open();
    expect([log.known('a'), log.known('b')]).toEqual([{ images: [1] }, { images: [2] }]);
  });

  it('resumes with items whose names contain spaces and line breaks', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vpd-eval-'));
    await cp(data, folder, { recursive: true });
    const refs = JSON.parse(await readFile(join(folder, 'refs.json'), 'utf8'));
    for (const ref of refs) ref.expression = `the  ${ref.expression}\nside`;
    await writeFile(join(folder, 'refs.json'), JSON.stringify(refs));
    const openLog = (empty: Sums) => openResultLog(join(folder, 'refer.csv'), 'by  one\npack', empty);
    const sums = await evaluate('refer', baseline, folder, { ...whole, openLog });
    const idle: Predictor = { ...baseline, refer: () => Promise.reject(new Error('asked again')) };
    expect(await evaluate('refer', idle, folder, { ...whole, openLog })).toEqual(sums);
    await rm(folder, { recursive: true });
  });

  it('changed data is another run: other items, another scale, other classes, another truth', async () => {
    const other = await mkdtemp(join(tmpdir(), 'vpd-eval-'));
    await cp(data, other, { recursive: true });
    const change = async (name: string, from: string, to: string) =>
      writeFile(join(other, name), (await readFile(join(other, name), 'utf8')).replace(from, to));
    for (const task of TASK_IDS) {
      expect(await hashOf(task, data), task).toMatch(/^data [0-9a-f]{12}$/);
      expect(await hashOf(task, other), 'a copy has the same hash').toBe(await hashOf(task, data));
      const parts = { shard: { index: 2, count: 2 }, limit: 1 };
      expect(await hashOf(task, other, parts), 'and so has a part of it').toBe(await hashOf(task, data));
    }
    await change('meta.json', '"scale":0.1', '"scale":0.2');
    await change('classes.json', 'floor', 'ground');
    await change('refs.json', '"mask":"masks/left.png"', '"absent":true');
    for (const task of TASK_IDS) expect(await hashOf(task, other), task).not.toBe(await hashOf(task, data));
    // One changed byte of a photo or of its truth.
    for (const [task, path] of [
      ['depth', 'depth/b.png'],
      ['segment', 'label40/b.png'],
      ['segment', 'rgb/c.png'],
      ['refer', 'rgb/b.png'],
    ] as const) {
      const before = await hashOf(task, other);
      const bytes = await readFile(join(other, path));
      const at = bytes.length - 20;
      bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
      await writeFile(join(other, path), bytes);
      // The changed file is damaged and not among the first items.
      expect(await hashOf(task, other, { limit: 1 }), path).not.toBe(before);
      await cp(join(data, path), join(other, path));
      expect(await hashOf(task, other), path).toBe(before);
    }
    const before = await hashOf('depth', other);
    for (const folder of ['rgb', 'depth']) await rm(join(other, folder, 'c.png'));
    expect(await hashOf('depth', other)).not.toBe(before);
    await rm(other, { recursive: true });
  });

  it('says why a photo that is not evaluated must be there', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vpd-eval-'));
    await cp(data, folder, { recursive: true });
    await rm(join(folder, 'rgb/b.png'));
    const first = { ...whole, limit: 1 };
    expect(await evaluate('refer', baseline, folder, first)).toMatchObject({ expressions: [1] });
    const openLog = async () => undefined;
    await expect(evaluate('refer', baseline, folder, { ...first, openLog })).rejects.toThrow(
      `${join(folder, 'rgb/b.png')} cannot be read; with --csv or --shard, the files of all photos must be there, also of those that are not evaluated, because they identify the run.`,
    );
    await rm(folder, { recursive: true });
  });

  it('naming the default split gives the same run as leaving it out', async () => {
    const ade = await mkdtemp(join(tmpdir(), 'vpd-eval-'));
    for (const split of ['training', 'validation']) {
      await cp(join(data, 'rgb/a.png'), join(ade, 'images', split, 'a.png'), { recursive: true });
      await mkdir(join(ade, 'annotations', split), { recursive: true });
      const labels = encodePng8(new Uint8Array(PIXELS).fill(1), WIDTH, HEIGHT, 'gray');
      await writeFile(join(ade, 'annotations', split, 'a.png'), labels);
    }
    const byDefault = await hashOf('segment', ade);
    expect(byDefault).toMatch(/^validation, data [0-9a-f]{12}$/);
    expect(await hashOf('segment', ade, { data: { split: 'validation' } })).toBe(byDefault);
    expect(await hashOf('segment', ade, { data: { split: 'training' } })).toMatch(/^training, data /);
    await rm(ade, { recursive: true });
  });

  it('refuses truth of another shape than its photo, and accepts truth of another size', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vpd-eval-'));
    await cp(data, folder, { recursive: true });
    const put = (path: string, width: number, height: number, colour: 'gray' | 'rgb') =>
      writeFile(
        join(folder, path),
        encodePng8(new Uint8Array(width * height * (colour === 'rgb' ? 3 : 1)).fill(20), width, height, colour),
      );
    const first = (task: TaskId) => evaluate(task, baseline, folder, { ...whole, limit: 1 });
    const refused = (of: string) =>
      `${of}: its truth has 4×8 px and its photo 8×4 (EXIF orientation applied), which is another shape; give truth of the photo's shape.`;
    for (const path of ['depth/a.png', 'label40/a.png', 'masks/left.png']) await put(path, HEIGHT, WIDTH, 'gray');
    await expect(first('depth')).rejects.toThrow(refused('a'));
    await expect(first('segment')).rejects.toThrow(refused('a'));
    await expect(first('refer')).rejects.toThrow(refused('0 rgb/a.png left'));

    // Halves of 641 and 427: rounded, one up and one down.
    await put('rgb/a.png', 641, 427, 'rgb');
    for (const [width, height] of [
      [321, 213],
      [320, 214],
      [1282, 854],
    ] as const) {
      await put('depth/a.png', width, height, 'gray');
      expect(await first('depth')).toMatchObject({ images: [1] });
    }
    await rm(folder, { recursive: true });
  });

  it('refuses two photos of the same name, whose results would be mixed up', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vpd-eval-'));
    await cp(data, folder, { recursive: true });
    await cp(join(data, 'rgb/a.png'), join(folder, 'rgb/a.JPG'));
    for (const task of ['depth', 'segment'] as const)
      await expect(evaluate(task, baseline, folder, whole)).rejects.toThrow(
        `${join(folder, 'rgb')} holds both a.JPG and a.png, and a.png is the truth of one; remove the other.`,
      );
    await rm(folder, { recursive: true });
  });

  it('refuses photos without truth, and truth in colours', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vpd-eval-'));
    await cp(data, folder, { recursive: true });
    await cp(join(data, 'rgb/a.png'), join(folder, 'depth/a.png'));
    await expect(evaluate('depth', baseline, folder, whole)).rejects.toThrow(
      `${join(folder, 'depth/a.png')} has 3 channels; a PNG with one grey channel was expected.`,
    );
    await rm(join(folder, 'depth/b.png'));
    await expect(evaluate('depth', baseline, folder, whole)).rejects.toThrow(
      '1 of 3 photos have no .png of the same name in depth/, e.g. b.png; add it or remove the photo.',
    );
    for (const name of ['a', 'b', 'c']) await rm(join(folder, `rgb/${name}.png`));
    await expect(evaluate('depth', baseline, folder, whole)).rejects.toThrow(
      `${join(folder, 'rgb')} holds no .jpg, .png or .webp photo.`,
    );
    await rm(folder, { recursive: true });
  });

  it('the command resumes only a table of the same data', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vpd-eval-'));
    await cp(data, folder, { recursive: true });
    const pack = join(import.meta.dirname, '../../models/tiny');
    const csv = join(folder, 'own.csv');
    const plain = ['depth', '--pack', pack, '--data', folder, '--limit', '1'];
    const args = [...plain, '--csv', csv, '--json'];
    expect(await figures(args)).toMatchObject({ images: 1 });
    const run = 'depth by vpd-tiny [0-9a-f]{12}-[0-9a-f]{8}, fit, data [0-9a-f]{12}';
    expect(await readFile(csv, 'utf8')).toMatch(new RegExp(`^"${run}","a",`, 'm'));
    const part = await figures([...plain, '--shard', '1/1']);
    expect(part, 'a shard names its run, in JSON').toMatchObject({
      shard: '1/1',
      run: expect.stringMatching(new RegExp(`^${run}, first 1$`)),
    });
    expect(Object(await figures([...plain, '--flip', '--json'])).rmse).not.toBe(Object(part).rmse);
    for (const [option, name] of [
      ['--flip', 'flip'],
      ['--float=f16', 'f16'],
    ])
      await expect(figures([...args, `${option}`]), 'the same data with other options').rejects.toThrow(
        `, fit, ${name}, data `,
      );

    const again = join(folder, 'pack');
    await cp(pack, again, { recursive: true });
    const { tasks, ...others } = JSON.parse(await readFile(join(pack, 'config.json'), 'utf8'));
    tasks.depth.maxDepth *= 2;
    await writeFile(join(again, 'config.json'), JSON.stringify({ ...others, tasks }));
    await expect(figures(args.with(2, again)), 'the same weights with another config').rejects.toThrow(
      /own\.csv holds results of "depth by .*; give another --csv\.$/,
    );

    await rm(join(folder, 'depth/c.png'));
    await rm(join(folder, 'rgb/c.png'));
    await expect(figures(args)).rejects.toThrow(/own\.csv holds results of "depth by .*; give another --csv\.$/);
    await rm(folder, { recursive: true });
  });

  it('the command fails if no truth counts', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vpd-eval-'));
    await cp(data, folder, { recursive: true });
    const crop = [HEIGHT, HEIGHT + 1, 0, WIDTH];
    const meta = { depth: { scale: 0.1, offset: 0 }, eval: { min: 0.001, max: 10, crop } };
    await writeFile(join(folder, 'meta.json'), JSON.stringify(meta));
    const pack = join(import.meta.dirname, '../../models/tiny');
    const args = ['depth', '--pack', pack, '--data', folder, '--limit', '1', '--json'];
    const message = 'Nothing was evaluated for depth, because the data have no truth that counts;';
    await expect(figures(args)).rejects.toThrow(message);
    const part = await figures([...args, '--shard', '1/1']);
    expect(part, 'another part may have some').toMatchObject({ images: 0, skipped: 1 });
    await writeFile(join(folder, 'part.json'), JSON.stringify(part));
    await expect(figures(['merge', join(folder, 'part.json'), '--json'])).rejects.toThrow(message);
    await rm(folder, { recursive: true });
  });

  it('names the missing or wrong file or field', async () => {
    const { refer, ...others } = config.tasks;
    const headless = { ...baseline, config: { ...config, tasks: others } };
    await expect(evaluate('refer', headless, data, whole)).rejects.toThrow(
      'The pack "baseline" has no refer head; it has depth, segment.',
    );
    expect(await evaluate('refer', headless, data, { ...whole, zeroShot: true })).toMatchObject({ expressions: [3] });
    await expect(evaluate('depth', baseline, join(data, 'nowhere'), whole)).rejects.toThrow(
      `${join(data, 'nowhere', 'meta.json')} cannot be read; see "eval --help" for the layout.`,
    );
    const broken = await mkdtemp(join(tmpdir(), 'vpd-eval-'));
    await writeFile(
      join(broken, 'meta.json'),
      '{"depth": {"scale": "big", "offset": 0}, "eval": {"min": 0, "max": 1}}',
    );
    await expect(evaluate('depth', baseline, broken, whole)).rejects.toThrow(
      'meta.json: "depth.scale" is "big" where number was expected; see "eval --help".',
    );
    await writeFile(join(broken, 'refs.json'), '[{"image": "a.png", "expression": "the dog"}]');
    await expect(evaluate('refer', baseline, broken, whole)).rejects.toThrow(
      'refs.json: "0" has neither a mask nor "absent": true; see "eval --help".',
    );
    await writeFile(join(broken, 'classes.json'), 'wall, floor');
    await expect(evaluate('segment', baseline, broken, whole)).rejects.toThrow(
      'classes.json is not JSON; see "eval --help".',
    );
    await rm(broken, { recursive: true });
  });
  it('refuses options that do not apply to the task or the data', async () => {
    const io = { out: () => undefined, err: () => undefined };
    await expect(command.run(['refer', '--flip'], io)).rejects.toThrow(
      '--flip works for depth, segment, not with refer.',
    );
    await expect(command.run(['colour'], io)).rejects.toThrow(
      'The task is "colour"; it must be one of depth, refer, segment, merge.',
    );
    await expect(command.run([], io)).rejects.toThrow(
      'The task is missing; it is one of depth, refer, segment, merge.',
    );
    await expect(command.run(['depth', '--zero-shot'], io)).rejects.toThrow(
      '--zero-shot works for refer, not with depth.',
    );
    await expect(command.run(['depth', 'more'], io)).rejects.toThrow('"more" is an unexpected argument;');
    await expect(command.run(['merge'], io)).rejects.toThrow('No file to merge');
    await expect(command.run(['merge', 'a.json', '--csv', 'a.csv'], io)).rejects.toThrow(
      '--csv works for depth, refer, segment, not with merge.',
    );
    const own = 'not with a folder in the layout of meta.json, refs.json or classes.json.';
    for (const task of TASK_IDS)
      await expect(evaluate(task, baseline, data, { ...whole, data: { split: 'test' } })).rejects.toThrow(
        `--split works for NYU Depth v2, RefCOCO, ADE20K, ${own}`,
      );
    await expect(evaluate('refer', baseline, data, { ...whole, data: { splitBy: 'unc' } })).rejects.toThrow(
      `--split-by works for RefCOCO, ${own}`,
    );
    await expect(evaluate('depth', baseline, data, { ...whole, data: { images: 'rgb' } })).rejects.toThrow(
      `--images works for RefCOCO, ${own}`,
    );
  });
});

it('progress reports speed and remaining time from the items of this run', () => {
  let time = 0;
  const lines: string[] = [];
  const tell = progressLines({ err: (line) => lines.push(line) }, () => time);
  tell(100, 100, 654);
  time = 10_000;
  tell(120, 100, 654);
  time = 12_000;
  tell(124, 100, 654);
  time = 400_000;
  tell(600, 100, 654);
  time = 500_000;
  tell(654, 100, 654);
  expect(lines).toEqual([
    '120 of 654 (100 by an earlier run), 2.0 a second, 4 min 27 s left',
    '600 of 654 (100 by an earlier run), 1.3 a second, 43.2 s left',
    '654 of 654 (100 by an earlier run), 1.1 a second',
  ]);
});
