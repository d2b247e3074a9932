import type { ConversionOptions, ConversionPlan } from '../../convert/plan.ts';
import { planConversion, plannedBytes } from '../../convert/plan.ts';
import { VpdError } from '../../errors.ts';
import { elementCount, showShape } from '../../weights/dtype.ts';
import { WEIGHT_SCHEMES } from '../../weights/quantize/stored-form.ts';
import type { TensorSource } from '../../weights/source.ts';
import type { CliIo, Command } from '../command.ts';
import { MODEL_HELP, MODEL_SCOPES, modelOptions, parseModelArgs } from '../convert-options.ts';
import { openCheckpointFiles } from '../files/checkpoint-files.ts';
import { openPackFolder, verifyPackFiles } from '../files/pack-files.ts';
import { kindOf } from '../files/source-file.ts';
import { checkScopes, type Scope } from '../scopes.ts';

const help = `Usage: npm run vpd -- inspect FILE… [OPTIONS]

Describes a checkpoint or a pack's folder: format, family, sizes, and which tensors are missing, left out or unknown in a conversion.
Give a referring .pth and its Stable Diffusion checkpoint together, as for convert. No code in a file is run. A file may be an http or
https address (a pack's ends in /): only what is needed is fetched.

${MODEL_HELP}
  --tensors            checkpoint: list every tensor
  --verify             pack: check the sha256 of every file that its config lists; commands that compute always check the weights
  --json               one JSON object`;

const SCOPES: Readonly<Record<string, Scope>> = {
  verify: { for: ['a pack'] },
  ...Object.fromEntries(
    ['tensors', 'name', ...Object.keys(MODEL_SCOPES)].map((name) => [name, { for: ['a checkpoint'] }]),
  ),
};

/** Maximum number of names per list in the text report; --json lists all. */
const SHOWN = 20;

export const command: Command = {
  summary: 'describes a checkpoint or a pack',
  help,
  async run(args, io) {
    const { values, positionals, given } = parseModelArgs(args, {
      tensors: { type: 'boolean', default: false },
      verify: { type: 'boolean', default: false },
    });
    const [first] = positionals;
    if (first === undefined)
      throw new VpdError('bad-request', 'inspect needs a checkpoint file or the folder of a pack.');
    const isPack = positionals.length === 1 && (await kindOf(first)) === 'folder';
    checkScopes(SCOPES, isPack ? 'a pack' : 'a checkpoint', given);
    if (isPack) {
      await inspectPack(first, values.verify, values.json, io);
      return 0;
    }
    const { sources } = await openCheckpointFiles(positionals, io);
    const report = inspectSources(sources, modelOptions(values));
    if (report.family) checkScopes(MODEL_SCOPES, report.family, given);
    if (values.json) io.out(JSON.stringify({ ...report, ...(values.tensors ? { list: tensorList(sources) } : {}) }));
    else {
      printReport(report, io);
      if (values.tensors)
        for (const { name, dtype, shape } of tensorList(sources)) io.out(`  ${name}  ${dtype} ${showShape(shape)}`);
    }
    return report.convertible ? 0 : 1;
  },
};

const tensorList = (sources: readonly TensorSource[]) =>
  sources.flatMap(({ tensors }) => [...tensors.values()].map(({ name, dtype, shape }) => ({ name, dtype, shape })));

/** Collects everything that headers show. A file of an unknown family is not an error here, because users inspect unknown files. */
function inspectSources(sources: readonly TensorSource[], options: ConversionOptions) {
  const files = sources.map(({ name, format, bytes, tensors, notes, metadata }) => {
    const dtypes: Record<string, number> = {};
    let parameters = 0;
    for (const { dtype, shape } of tensors.values()) {
      dtypes[dtype] = (dtypes[dtype] ?? 0) + 1;
      parameters += elementCount(shape) ?? 0;
    }
    return { name, format, bytes, tensors: tensors.size, parameters, dtypes, notes, metadata: Object.keys(metadata) };
  });
  let plan: ConversionPlan;
  try {
    plan = planConversion(sources, options);
  } catch (thrown) {
    if (!(thrown instanceof VpdError)) throw thrown;
    return { files, convertible: false, problem: thrown.message };
  }
  const { family, config, missing, unknown, wrong, notes } = plan;
  return {
    files,
    convertible: missing.length + unknown.length + wrong.length === 0,
    family,
    tasks: Object.keys(config.tasks),
    config,
    bytes: Object.fromEntries(WEIGHT_SCHEMES.map((scheme) => [scheme, plannedBytes(plan, scheme)])),
    missing,
    unknown,
    wrong,
    dropped: plan.dropped,
    notes: notes.filter((note) => !sources.some((source) => source.notes.includes(note))),
  };
}

function printReport(report: ReturnType<typeof inspectSources>, io: CliIo): void {
  for (const file of report.files) {
    const dtypes = Object.entries(file.dtypes).map(([dtype, count]) => `${count} ${dtype}`);
    io.out(
      `${file.name}: ${file.format}, ${(file.bytes / 1e6).toFixed(1)} MB, ${file.tensors} tensors (${dtypes.join(', ')}), ${(file.parameters / 1e6).toFixed(2)} million numbers`,
    );
    for (const note of file.notes) io.out(`  note: ${note}`);
  }
  if (report.problem !== undefined) {
    io.out(`cannot be converted: ${report.problem}`);
    return;
  }
  const { family, config, bytes, missing = [], unknown = [], wrong = [], dropped = [], notes = [] } = report;
  if (!config || !bytes) return;
  const { unet, vae, text } = config;
  io.out(`family: ${family}; tasks: ${report.tasks?.join(', ') || 'none'}`);
  io.out(
    `UNet: ${unet.channels} channels × ${unet.mult.join(',')}, ${unet.blocks} blocks a level, ${unet.heads ?? `${unet.headChannels}-wide`} heads, context ${unet.context}`,
  );
  io.out(
    `VAE: ${vae.channels} channels × ${vae.mult.join(',')}; text encoder: ${text ? `${text.layers} layers, ${text.width} wide, ${text.heads} heads` : 'none'}`,
  );
  io.out(
    `as a pack: ${Object.entries(bytes)
      .map(([scheme, size]) => `${scheme} ${(size / 1e6).toFixed(1)} MB`)
      .join(', ')}`,
  );
  const list = (title: string, names: readonly string[], tensors = names.length): void => {
    io.out(`${title}: ${tensors}`);
    for (const name of names.slice(0, SHOWN)) io.out(`  ${name}`);
    if (names.length > SHOWN) io.out(`  … and ${names.length - SHOWN} more`);
  };
  list('missing', missing);
  list('unknown', unknown);
  list('wrong shape', wrong);
  const reasons = new Map<string, number>();
  for (const { reason } of dropped) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  list(
    'left out',
    [...reasons].map(([reason, count]) => `${count}: ${reason}`),
    dropped.length,
  );
  for (const note of notes) io.out(`note: ${note}`);
}

async function inspectPack(path: string, verify: boolean, json: boolean, io: CliIo): Promise<void> {
  const pack = await openPackFolder(path, verify ? 'all' : 'weights');
  if (verify) await verifyPackFiles(pack, io);
  const { config, index, summary } = pack;
  if (json) {
    io.out(
      JSON.stringify({
        pack: summary,
        tensors: index.size,
        provenance: config.provenance,
        files: config.files,
        verified: verify,
        config,
      }),
    );
    return;
  }
  io.out(
    `${path}: pack "${summary.name}", ${summary.family}, ${summary.weights}, ${(summary.bytes / 1e6).toFixed(1)} MB, ${index.size} tensors${verify ? ', all hashes right' : ''}`,
  );
  io.out(
    `tasks: ${summary.tasks.join(', ') || 'none'}; longest prompt: ${summary.maxTokens} tokens; licence: ${summary.licence}`,
  );
}
