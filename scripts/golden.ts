/**
 * Checks the whole chain against the official implementation's outputs for the same weights: manifest → checkpoint → convert --weights f32 →
 * run --protocol direct --raw → comparison. The small fixtures run in the unit tests; the full SD v1.5 sizes (3.6 GB each) are run by hand:
 *
 *   npx tsx scripts/golden.ts TASK --fixtures DIR [--work DIR] [--runtime node] [--keep]      TASK: depth, refer, segment or sd
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { golden, isGoldenTask } from '../src/cli/testing/golden.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    fixtures: { type: 'string' },
    work: { type: 'string' },
    runtime: { type: 'string', default: 'wasm' },
    keep: { type: 'boolean', default: false },
  },
});
const [task] = positionals;
if (task === undefined || !isGoldenTask(task) || values.fixtures === undefined) {
  console.error('usage: golden.ts depth|refer|segment|sd --fixtures DIR [--work DIR] [--runtime wasm|node] [--keep]');
  process.exit(2);
}
const work = values.work ?? (await mkdtemp(join(tmpdir(), 'vpd-golden-')));
await mkdir(work, { recursive: true });
try {
  const figures = await golden(task, { fixtures: values.fixtures, work, runtime: values.runtime });
  for (const figure of figures)
    console.log(
      `${figure.within ? 'ok  ' : 'FAIL'} ${task} ${figure.what}: ${figure.value.toExponential(2)} (bar ${figure.bar})`,
    );
  console.log(`peak memory ${((process.resourceUsage().maxRSS * 1024) / 1e6).toFixed(0)} MB`);
  process.exitCode = figures.every((figure) => figure.within) ? 0 : 1;
} finally {
  if (!values.keep) await rm(work, { recursive: true, force: true });
}
process.exit();
