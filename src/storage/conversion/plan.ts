import { type ConversionOptions, type ConversionPlan, checkPlan, planConversion } from '../../convert/plan.ts';
import { separatePacks } from '../../convert/separate.ts';
import { checkFit } from '../../engine/fit.ts';
import type { DeviceReport } from '../../engine/results.ts';
import { VpdError } from '../../errors.ts';
import { TASK_IDS } from '../../vpd/config.ts';
import { openEachCheckpoint } from '../../weights/checkpoints.ts';
import { elementCount } from '../../weights/dtype.ts';
import { storedTensors, type WeightScheme } from '../../weights/quantize/stored-form.ts';
import { safetensorsBytes } from '../../weights/safetensors/safetensors-writer.ts';
import { findShelfEntry } from '../shelf/stored-pack.ts';
import { conversionId } from './journal.ts';
import type { PlannedScheme, PlanReport } from './protocol.ts';
import { type FileMark, openWeightFiles, type ReadingOptions, type WeightFile } from './source.ts';
import { keptBytes } from './store.ts';

/** Upper estimate for config.json and README.md, which lists class names and the reasons for dropped tensors. */
const TEXT_BYTES = 64_000;

export interface PreparedConversion {
  readonly plan: ConversionPlan;
  readonly options: ConversionOptions;
  readonly marks: readonly FileMark[];
  readonly report: PlanReport;
}

/**
 * Plans the conversion of these files from their headers alone; nothing is written. If the files become several packs, only the first is
 * planned.
 * @throws VpdError for files that are no checkpoints, are of an unknown family, or do not belong together
 */
export async function prepareConversion(
  given: readonly WeightFile[],
  options: ConversionOptions,
  { device, ...reading }: ReadingOptions & { readonly device?: DeviceReport | undefined } = {},
): Promise<PreparedConversion> {
  const read = await openWeightFiles(given, reading);
  const opened = await openEachCheckpoint(read.files, reading.signal);
  const packs = separatePacks(opened.map(({ source }) => source)).map((sources) => {
    const files = opened.flatMap((each) => (sources.includes(each.source) ? each.files : []));
    return {
      sources,
      files,
      names: files.map(({ name }) => name),
      given: files.map((file) => read.files.indexOf(file)),
    };
  });
  const [first] = packs;
  const marks = read.marks.filter((_, i) => first?.given.includes(i));
  const plan = planConversion(first?.sources ?? [], options);
  const { config, family, missing, unknown, wrong, notes } = plan;
  const dropped = new Map<string, string[]>();
  for (const { name, reason } of plan.dropped) dropped.set(reason, [...(dropped.get(reason) ?? []), name]);
  const scheme = async (weights: WeightScheme) =>
    plannedScheme(plan, weights, conversionId(plan, weights, marks), device);
  const report: PlanReport = {
    files: plan.sources.map(({ name, format, bytes, tensors }) => ({ name, format, bytes, tensors: tensors.size })),
    marks,
    packs: packs.map(({ names, given }) => ({ names, given })),
    family,
    config,
    tasks: TASK_IDS.filter((task) => config.tasks[task]),
    parameters: plan.targets.reduce((sum, { parameter }) => sum + (elementCount(parameter.shape) ?? 0), 0),
    needsText: config.tasks.refer !== undefined && config.text === undefined,
    problem: problemOf(plan),
    missing,
    unknown,
    wrong,
    dropped: [...dropped].map(([reason, names]) => ({ reason, names })),
    notes,
    schemes: {
      q4: await scheme('q4'),
      q8: await scheme('q8'),
      f16: await scheme('f16'),
      f32: await scheme('f32'),
    },
  };
  return { plan, options, marks, report };
}

function problemOf(plan: ConversionPlan): string | undefined {
  try {
    checkPlan(plan);
    return undefined;
  } catch (thrown) {
    if (thrown instanceof VpdError) return thrown.message;
    throw thrown;
  }
}

async function plannedScheme(
  plan: ConversionPlan,
  weights: WeightScheme,
  id: string,
  device: DeviceReport | undefined,
): Promise<PlannedScheme> {
  const stored = plan.targets.flatMap(({ parameter }) => storedTensors(parameter, weights));
  return {
    id,
    bytes: safetensorsBytes(stored, { format: 'pt' }) + TEXT_BYTES,
    fit: device && checkFit(plan.config, weights, device),
    kept: await keptBytes(id),
    stored: (await findShelfEntry(id)) !== undefined,
  };
}
