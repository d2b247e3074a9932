import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { VpdError } from '../errors.ts';
import { depthEvaluation } from '../eval/depth.ts';
import { parse } from '../eval/layout.ts';
import { referEvaluation } from '../eval/refer.ts';
import { segmentEvaluation } from '../eval/segment.ts';
import { parseShard } from '../eval/shard.ts';
import { addSums, type Evaluation, type Figures, type Sums } from '../eval/sums.ts';
import { TASK_IDS, type TaskId } from '../vpd/config.ts';
import type { CliIo, Command } from './command.ts';
import { readText } from './eval-data.ts';
import { evaluate } from './evaluate.ts';
import { oneOf, RUNTIME_HELP, RUNTIME_OPTIONS, required, runtimeOptions, wholeNumber } from './run-options.ts';

const help = `Usage: npm run vpd -- eval depth|refer|segment --pack DIR --data DIR [OPTIONS]
       npm run vpd -- eval merge FILE… [--json]

  --pack DIR             a pack: config.json and its .safetensors files
  --data DIR             the data, laid out as below
  --limit N              only the first N photos (refer: expressions)
  --shard I/N            only part I of N; its JSON also holds the sums that "eval merge" joins
  --protocol P           fit (default), direct or paper
  --flip                 depth, segment: average with the prediction of the mirrored photo
  --json                 figures as one JSON object
${RUNTIME_HELP}

Data folders:
  depth    rgb/*.{jpg,png}, depth/*.png of the same names, meta.json:
           {"depth": {"scale": m, "offset": m}, "eval": {"min": m, "max": m, "crop": [top, bottom, left, right] or null}, "scenes": {name: scene}?}
           metres = value · scale + offset; pixels with min < metres < max within the crop count
  segment  rgb/, label40/*.png, classes.json: {"names": […], "ignore": 255}; classes of pack and data are matched by name
  refer    refs.json: [{"image": path, "expression": text, "mask": path of a PNG or COCO RLE}]`;

/** Between two lines of progress. */
const PROGRESS_MS = 5_000;

const OPTIONS = {
  pack: { type: 'string' },
  data: { type: 'string' },
  limit: { type: 'string' },
  shard: { type: 'string' },
  protocol: { type: 'string', default: 'fit' },
  flip: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  ...RUNTIME_OPTIONS,
} as const;

const EVALUATIONS: Record<TaskId, Evaluation> = {
  depth: depthEvaluation,
  refer: referEvaluation,
  segment: segmentEvaluation([]),
};

export const command: Command = {
  name: 'eval',
  summary: 'Scores a pack on a folder of photos with truth',
  help,
  async run(args, io) {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
    const [word, ...files] = positionals;
    if (word === 'merge') return merge(files, values.json, io);
    if (files.length > 0) throw new VpdError('bad-request', `"${files[0]}" is one word too many; see eval --help.`);
    const task = oneOf('The task', TASK_IDS, word);
    if (task === 'refer' && values.flip)
      throw new VpdError(
        'bad-request',
        '--flip makes no sense for refer: "left" would mean the right side of the mirrored photo.',
      );
    const data = required('--data', values.data);
    const shard = parseShard(values.shard ?? '1/1');
    const limit = wholeNumber('--limit', values.limit, 1);
    const protocol = oneOf('--protocol', ['fit', 'direct', 'paper'], values.protocol);

    const { openRunner } = await import('./runner.ts');
    const runner = await openRunner(required('--pack', values.pack), runtimeOptions(values));
    try {
      const onProgress = progressLines(io);
      const sums = await evaluate(task, runner, data, { shard, limit, protocol, flip: values.flip, onProgress });
      const parts = values.shard === undefined ? {} : { shard: values.shard, sums };
      print(EVALUATIONS[task].report(sums), parts, values.json, io);
    } finally {
      await runner.close();
    }
    return 0;
  },
};

const ShardFile = v.object({ task: v.picklist(TASK_IDS), sums: v.record(v.string(), v.array(v.number())) });

async function merge(files: readonly string[], json: boolean, io: CliIo): Promise<number> {
  if (files.length === 0)
    throw new VpdError('bad-request', 'No file to merge; give what "eval … --shard I/N --json" printed.');
  const shards = await Promise.all(files.map(async (file) => parse(ShardFile, await readText(file), file)));
  const tasks = new Set(shards.map((shard) => shard.task));
  const [task] = tasks;
  if (task === undefined || tasks.size !== 1)
    throw new VpdError(
      'bad-request',
      `The files hold several tasks (${[...tasks].join(', ')}); merge one task at a time.`,
    );
  const sums = shards.map((shard): Sums => shard.sums).reduce(addSums);
  print(EVALUATIONS[task].report(sums), {}, json, io);
  return 0;
}

/** Digits that tell two models apart. */
const DIGITS = 6;

function print(figures: Figures, parts: object, json: boolean, io: CliIo): void {
  const rounded = Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [
      name,
      typeof value === 'number' ? Number(value.toFixed(DIGITS)) : value,
    ]),
  );
  if (json || Object.keys(parts).length > 0) io.out(JSON.stringify({ ...rounded, ...parts }));
  else for (const [name, value] of Object.entries(rounded)) io.out(`${name.padEnd(16)}${value}`);
}

function progressLines(io: CliIo): (done: number, total: number) => void {
  let next = Date.now() + PROGRESS_MS;
  return (done, total) => {
    if (Date.now() < next) return;
    next = Date.now() + PROGRESS_MS;
    io.err(`${done} of ${total}`);
  };
}
