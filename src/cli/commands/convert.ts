import { convert, packFileNames } from '../../convert/convert.ts';
import { checkPlan, planConversion, plannedBytes } from '../../convert/plan.ts';
import { VpdError } from '../../errors.ts';
import { WEIGHT_SCHEMES } from '../../weights/quantize/stored-form.ts';
import type { CliIo, Command } from '../command.ts';
import { MODEL_HELP, MODEL_SCOPES, modelOptions, parseModelArgs } from '../convert-options.ts';
import { openCheckpointFiles } from '../files/checkpoint-files.ts';
import { writePackFolder } from '../files/pack-output.ts';
import { interruptible } from '../interrupt.ts';
import { oneOf } from '../options.ts';
import { lineTimer } from '../progress.ts';
import { checkScopes } from '../scopes.ts';

const help = `Usage: npm run vpd -- convert FILE… --out DIR [OPTIONS]

Converts a checkpoint to a pack: a VPD .pth (depth, referring, semantic), a Stable Diffusion v1 .ckpt or .safetensors, or the
.safetensors of our own training. With a referring .pth, also give the Stable Diffusion checkpoint for its CLIP text encoder.
A file may be an http or https address: it is read during the conversion and not stored.

  --out DIR            folder of the pack; an older pack there is replaced when the new one is complete
  --weights SCHEME     q8 (default), q4, f16 or f32
${MODEL_HELP}
  --json               print figures as one JSON object`;

async function run(args: readonly string[], io: CliIo): Promise<number> {
  const { values, positionals, given } = parseModelArgs(args, {
    out: { type: 'string' },
    weights: { type: 'string', default: 'q8' },
  });
  const { out } = values;
  if (positionals.length === 0) throw new VpdError('bad-request', 'convert needs a checkpoint file.');
  if (out === undefined) throw new VpdError('bad-request', 'convert needs --out DIR.');
  const weights = oneOf('--weights', WEIGHT_SCHEMES, values.weights);

  return interruptible(io, async (signal) => {
    const { sources, paths } = await openCheckpointFiles(positionals, io, signal);
    const plan = planConversion(sources, modelOptions(values));
    // Printed before checkPlan, because they may explain why a tensor is missing.
    for (const note of plan.notes) io.err(`note: ${note}`);
    checkPlan(plan);
    checkScopes(MODEL_SCOPES, plan.family, given);
    const began = performance.now();
    const isTime = lineTimer();
    const config = await writePackFolder(out, packFileNames(plan, { weights }), paths, (sink) =>
      convert(plan, sink, {
        weights,
        signal,
        onProgress: ({ done, total, name }) => {
          if (isTime()) io.err(`${((100 * done) / total).toFixed(0)} % (${name})`);
        },
      }),
    );
    const figures = {
      family: plan.family,
      weights,
      tensors: plan.targets.length,
      dropped: plan.dropped.length,
      bytes: plannedBytes(plan, weights),
      files: config.files,
      seconds: Math.round((performance.now() - began) / 100) / 10,
      // Kibibytes on Linux and macOS alike in Node.
      peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
    };
    if (values.json) io.out(JSON.stringify(figures));
    else {
      const megabytes = (figures.bytes / 1e6).toFixed(1);
      io.out(
        `${out}: ${config.name}, ${figures.tensors} tensors as ${weights}, ${megabytes} MB in ${figures.seconds} s; ${figures.dropped} left out.`,
      );
    }
    return 0;
  });
}

export const command: Command = {
  summary: 'checkpoint → pack',
  help,
  run,
};
