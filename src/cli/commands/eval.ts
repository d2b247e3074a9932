import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { VpdError } from '../../errors.ts';
import { depthEvaluation } from '../../eval/depth.ts';
import { parseEvalFile } from '../../eval/layout.ts';
import { referEvaluation } from '../../eval/refer.ts';
import { segmentEvaluation } from '../../eval/segment.ts';
import { parseShard } from '../../eval/shard.ts';
import { addSums, type Evaluation, type Figures, type Sums } from '../../eval/sums.ts';
import { TASK_IDS, type TaskId } from '../../vpd/config.ts';
import { shortHash } from '../../weights/pack/pack-summary.ts';
import { listNames } from '../../weights/text.ts';
import type { CliIo, Command } from '../command.ts';
import { readText } from '../data/files.ts';
import { evaluate } from '../evaluate.ts';
import { openResultLog, type ResultLog } from '../files/result-log.ts';
import { oneOf, RUNTIME_HELP, RUNTIME_OPTIONS, required, runtimeOptions, wholeNumber } from '../options.ts';
import { progressLines } from '../progress.ts';
import { flips } from '../run/options.ts';
import { checkScopes, givenOptions, type Scope } from '../scopes.ts';

const help = `Usage: npm run vpd -- eval depth|refer|segment --pack DIR --data DIR [OPTIONS]
       npm run vpd -- eval merge FILE… [--json]

Scores a pack on photos with truth, in the figures that papers report. "merge" combines the printed JSON of all shards of a run.

  --pack DIR             a pack: config.json and its .safetensors files, whose sha256 is checked
  --data DIR             the data, laid out as below
  --split NAME           part of a published set: NYU test (default) or train; RefCOCO val (default), testA, testB, test;
                         ADE20K validation (default) or training
  --split-by NAME        RefCOCO: unc, google or umd, where the folder has several refs(NAME).p
  --images DIR           RefCOCO: COCO's train2014 photos, if they are not next to the refs
  --limit N              only the first N photos (refer: expressions)
  --shard I/N            only part I of N; its JSON also holds the sums that "eval merge" combines
  --csv FILE             writes a row per photo or expression; a later run with the same file resumes there
  --protocol P           fit (default), direct or paper
  --zero-shot            refer: the mask from attention alone, without a trained head; works with a plain backbone too
  --flip                 depth, segment: average with the prediction of the mirrored photo (the paper's depth always is)
  --json                 figures as one JSON object
${RUNTIME_HELP}

Data folders:
  depth    nyu_depth_v2_labeled.mat and splits.mat, as published; or
           rgb/*.{jpg,png}, depth/*.png of the same names, meta.json:
           {"depth": {"scale": m, "offset": m}, "eval": {"min": m, "max": m, "crop": [top, bottom, left, right] or null}, "scenes": {name: scene}?}
           metres = value · scale + offset; pixels with min < metres < max within the crop count
  segment  ADEChallengeData2016, as published (images/validation, annotations/validation); or
           rgb/, label40/*.png, classes.json: {"names": […], "ignore": 255}; classes of pack and data are matched by name
  refer    RefCOCO, RefCOCO+ or RefCOCOg, as published (refs(unc).p, instances.json); or
           refs.json: [{"image": path, "expression": text, "mask": path of a PNG or COCO RLE}];
           {"image", "expression", "absent": true} if nothing in the photo fits. Expressions of which the pack knows no word
           count as an empty mask; "unread" is their number`;

const OPTIONS = {
  pack: { type: 'string' },
  data: { type: 'string' },
  split: { type: 'string' },
  'split-by': { type: 'string' },
  images: { type: 'string' },
  limit: { type: 'string' },
  shard: { type: 'string' },
  csv: { type: 'string' },
  protocol: { type: 'string', default: 'fit' },
  'zero-shot': { type: 'boolean', default: false },
  flip: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  ...RUNTIME_OPTIONS,
} as const;

const SCOPES: Readonly<Record<string, Scope>> = {
  'zero-shot': { for: ['refer'] },
  // "Left" would mean the right side of the mirrored photo.
  flip: { for: ['depth', 'segment'] },
};
/** `merge` takes only --json. */
const MERGE_SCOPES: Readonly<Record<string, Scope>> = Object.fromEntries(
  Object.keys(OPTIONS).map((name) => [name, { for: name === 'json' ? [...TASK_IDS, 'merge'] : TASK_IDS }]),
);

const EVALUATIONS: Record<TaskId, Evaluation> = {
  depth: depthEvaluation,
  refer: referEvaluation,
  segment: segmentEvaluation([]),
};

export const command: Command = {
  summary: 'scores of a pack on photos with truth',
  help,
  async run(args, io) {
    const parsed = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS, tokens: true });
    const { values, positionals } = parsed;
    const given = givenOptions(parsed.tokens);
    const [word, ...files] = positionals;
    const task = oneOf('The task', [...TASK_IDS, 'merge'], word);
    if (task === 'merge') {
      checkScopes(MERGE_SCOPES, task, given);
      return merge(files, values.json, io);
    }
    if (files.length > 0)
      throw new VpdError('bad-request', `"${files[0]}" is an unexpected argument; see eval --help.`);
    checkScopes(SCOPES, task, given);
    const zeroShot = values['zero-shot'];
    const data = required('--data', values.data);
    const shard = parseShard(values.shard ?? '1/1');
    const limit = wholeNumber('--limit', values.limit, 1);
    const protocol = oneOf('--protocol', ['fit', 'direct', 'paper'], values.protocol);

    const flip = flips(values.flip, task, protocol);

    const { openRunner } = await import('../runner.ts');
    const runner = await openRunner(required('--pack', values.pack), runtimeOptions(values), io);
    try {
      const { csv, split } = values;
      const settings = [
        `${task} by ${runner.config.name} ${shortHash(runner.pack.summary.hash)}`,
        protocol,
        ...(flip ? ['flip'] : []),
        ...(zeroShot ? ['zero-shot'] : []),
        ...(values.float === 'f16' ? ['f16'] : []),
      ].join(', ');
      // Includes the limit, unlike the run in the table, which may be resumed with another limit.
      let shardRun = '';
      const openLog = async (empty: Sums, of: string): Promise<ResultLog | undefined> => {
        const run = `${settings}, ${of}`;
        shardRun = limit === undefined ? run : `${run}, first ${limit}`;
        return csv === undefined ? undefined : openResultLog(csv, run, empty);
      };
      const sums = await evaluate(task, runner, data, {
        shard,
        limit,
        protocol,
        flip,
        zeroShot,
        data: { split, splitBy: values['split-by'], images: values.images },
        onProgress: progressLines(io),
        // Only if needed, because identifying the data reads all files.
        ...(csv === undefined && values.shard === undefined ? {} : { openLog }),
      });
      // A shard may have no truth that counts; only a whole run without any is an error.
      if (values.shard === undefined) print(figuresOf(task, sums), {}, values.json, io);
      else print(EVALUATIONS[task].report(sums), { shard: values.shard, run: shardRun, sums }, values.json, io);
    } finally {
      await runner.close();
    }
    return 0;
  },
};

/** What a run of one shard prints in addition to its figures. */
const ShardFile = v.object({
  task: v.picklist(TASK_IDS),
  shard: v.string(),
  /** Model, settings and data. */
  run: v.string(),
  sums: v.record(v.string(), v.array(v.number())),
});
interface NamedShard extends v.InferOutput<typeof ShardFile> {
  readonly file: string;
}

async function merge(files: readonly string[], json: boolean, io: CliIo): Promise<number> {
  const shards: readonly NamedShard[] = await Promise.all(
    files.map(async (file) => ({ file, ...parseEvalFile(ShardFile, await readText(file), file) })),
  );
  const [first] = shards;
  if (!first) throw new VpdError('bad-request', 'No file to merge; give what "eval … --shard I/N --json" printed.');
  checkComplete(first, shards);
  const sums = shards.map((shard): Sums => shard.sums).reduce(addSums);
  print(figuresOf(first.task, sums), {}, json, io);
  return 0;
}

/**
 * Checks that the files are all shards of one run, each given once.
 * @throws VpdError bad-request, missing
 */
function checkComplete(first: NamedShard, shards: readonly NamedShard[]): void {
  const { count } = parseShard(first.shard);
  const files = new Map<number, string>();
  for (const { file, shard, run } of shards) {
    const part = parseShard(shard);
    if (run !== first.run || part.count !== count)
      throw new VpdError(
        'bad-request',
        `${file} is shard ${shard} of "${run}", and ${first.file} is ${first.shard} of "${first.run}"; merge the shards of one run.`,
      );
    const twin = files.get(part.index);
    if (twin !== undefined)
      throw new VpdError('bad-request', `${twin} and ${file} are both shard ${shard}; give each shard once.`);
    files.set(part.index, file);
  }
  const missing = Array.from({ length: count }, (_, i) => i + 1).filter((index) => !files.has(index));
  if (missing.length > 0)
    throw new VpdError(
      'missing',
      `The files lack ${listNames(missing.map(String), 'shard')} of the ${count} of "${first.run}"; give all of them.`,
    );
}

/** Returns the figures of a whole run. @throws VpdError bad-file if nothing was evaluated */
function figuresOf(task: TaskId, sums: Sums): Figures {
  const { hasFigures, report } = EVALUATIONS[task];
  if (!hasFigures(sums))
    throw new VpdError(
      'bad-file',
      `Nothing was evaluated for ${task}, because the data have no truth that counts; see "eval --help" for what counts.`,
    );
  return report(sums);
}

/** Decimal digits of printed figures; enough to compare two models. */
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
