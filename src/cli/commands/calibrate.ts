import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { VpdError } from '../../errors.ts';
import { type AbsenceSample, calibrateAbsence } from '../../eval/absence.ts';
import { CONFIG_FILE, parsePackConfig } from '../../weights/pack/pack-config.ts';
import type { CliIo, Command } from '../command.ts';
import { createPhotoOpener } from '../data/last-photo.ts';
import { openReferData } from '../data/open.ts';
import { undefinedIfUnread } from '../data/unread.ts';
import { folderSink, putFile } from '../files/folder-sink.ts';
import { requireFolder } from '../files/pack-files.ts';
import { RUNTIME_HELP, RUNTIME_OPTIONS, required, runtimeOptions, wholeNumber } from '../options.ts';
import { progressLines } from '../progress.ts';
import { openRunner, type Runner } from '../runner.ts';

const help = `Usage: npm run vpd -- calibrate --pack DIR --data DIR [OPTIONS]

Fits a classifier that detects from the pack's answers whether nothing in a photo fits the words, and writes it into config.json, so that
"run", "eval" and the page can say "may not be in this photo". The weights do not change. The same pack and data give the same file.

  --pack DIR             a pack with the task refer; the sha256 of its weights is checked
  --data DIR             as for "eval refer": refs.json with expressions that fit something and expressions that fit nothing
                         ("absent": true), about photos that the model was not trained on. Every second photo is used to fit,
                         the others to measure
  --precision P          share of the signals that must be right (default 0.8), if half of all expressions fit nothing
  --limit N              only the first N expressions
  --remove               delete the calibration from the pack
  --dry                  only print; do not change the pack
  --json                 figures as one JSON object
${RUNTIME_HELP}`;

const OPTIONS = {
  pack: { type: 'string' },
  data: { type: 'string' },
  precision: { type: 'string', default: '0.8' },
  limit: { type: 'string' },
  dry: { type: 'boolean', default: false },
  remove: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  ...RUNTIME_OPTIONS,
} as const;

async function run(args: readonly string[], io: CliIo): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  const pack = required('--pack', values.pack);
  if (values.remove) return remove(pack, values, io);
  const precision = Number(values.precision);
  if (!(precision > 0.5 && precision < 1))
    throw new VpdError('bad-request', `--precision is "${values.precision}"; it must lie between 0.5 and 1.`);
  const data = required('--data', values.data);
  const limit = wholeNumber('--limit', values.limit, 1);
  if (!values.dry) requireFolder('calibrate without --dry', pack);
  const runner = await openRunner(pack, runtimeOptions(values), io);
  let collected: Collected;
  try {
    if (!values.dry) await checkWritable(pack);
    collected = await collect(runner, data, limit, progressLines(io));
  } finally {
    await runner.close();
  }
  const { samples, unread } = collected;
  const model = calibrateAbsence(samples, precision);
  const { precision: right, recall, auc, present, absent } = model.heldOut;
  if (unread > 0) io.err(`${unread} of ${samples.length + unread} phrases were left out: the pack cannot read them.`);
  if (values.json) io.out(JSON.stringify(unread > 0 ? { ...model, unread } : model));
  else
    io.out(
      `${pack}: above ${model.threshold}, precision ${right} and recall ${recall} (AUC ${auc}) on ${absent} absent and ${present} present phrases of other photos.`,
    );
  if (!values.dry) await putConfig(pack, withAbsence(await readConfig(pack), model));
  return 0;
}

async function remove(pack: string, { dry, json }: { dry: boolean; json: boolean }, io: CliIo): Promise<number> {
  requireFolder('calibrate --remove', pack);
  const config = await readConfig(pack);
  const hasSignal = parsePackConfig(config).tasks.refer?.absence !== undefined;
  const changed = withAbsence(config, undefined);
  if (hasSignal && !dry) await putConfig(pack, changed);
  if (json) io.out(JSON.stringify({ removed: hasSignal && !dry }));
  else if (!hasSignal) io.out(`${pack}: there is no signal to remove.`);
  else
    io.out(`${pack}: ${dry ? 'there is a signal; because of --dry it was not removed.' : 'the signal was removed.'}`);
  return 0;
}

/**
 * Checks that the result can be written, before hours of work.
 * @throws VpdError storage
 */
async function checkWritable(folder: string): Promise<void> {
  const file = await folderSink(folder).createFile(CONFIG_FILE);
  await file.abort();
}

interface Collected {
  readonly samples: readonly AbsenceSample[];
  /** Number of expressions that the pack cannot read and that are left out. */
  readonly unread: number;
}

async function collect(
  runner: Runner,
  data: string,
  limit: number | undefined,
  onProgress: (done: number, known: number, total: number) => void,
): Promise<Collected> {
  if (!runner.config.tasks.refer)
    throw new VpdError(
      'missing',
      `The pack "${runner.config.name}" has no refer head, so there is nothing to calibrate.`,
    );
  const items = (await openReferData(data, {})).items.slice(0, limit);
  const samples: AbsenceSample[] = [];
  const photoOf = createPhotoOpener();
  for (const [index, item] of items.entries()) {
    const { image, expression, truth } = item;
    const answer = await undefinedIfUnread(runner.refer(await photoOf(item), expression));
    if (answer) {
      const { cues } = answer;
      if (!cues) throw new VpdError('internal', `"${expression}" was answered without attention maps.`);
      samples.push({ photo: image, absent: truth === undefined, cues });
    }
    onProgress(index + 1, 0, items.length);
  }
  return { samples, unread: items.length - samples.length };
}

async function readConfig(folder: string): Promise<string> {
  const path = join(folder, CONFIG_FILE);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new VpdError('missing', `${path} cannot be read; give the folder of a pack.`, { cause });
  });
  if (!parsePackConfig(text).tasks.refer)
    throw new VpdError('missing', `${path} lists no task refer, so there is nothing to calibrate.`);
  return text;
}

/** Returns the text of config.json with only the calibration changed; undefined deletes it. */
function withAbsence(text: string, absence: unknown): string {
  const config: { tasks: { refer: { absence?: unknown } } } = JSON.parse(text);
  if (absence === undefined) delete config.tasks.refer.absence;
  else config.tasks.refer.absence = absence;
  const changed = `${JSON.stringify(config, null, 1)}\n`;
  parsePackConfig(changed);
  return changed;
}

const putConfig = (folder: string, text: string): Promise<void> =>
  putFile(folder, CONFIG_FILE, [new TextEncoder().encode(text)]);

export const command: Command = {
  summary: 'calibrates a pack to detect that nothing fits the words',
  help,
  run,
};
