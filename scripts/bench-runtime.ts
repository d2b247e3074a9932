/**
 * Measures the gain from keeping tensors on the GPU between networks, and from recording and replaying networks: the embedded model (or
 * --pack, a folder of this repository) in Chromium on WebGPU, in three ways in turn, so that other load on the machine affects all of them.
 *
 *   npx tsx scripts/bench-runtime.ts [--pack models/tiny] [--size 64] [--rounds 9]
 */
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { launchOptions } from '../e2e/chromium.ts';
import { wholeNumber } from '../src/cli/options.ts';
import { serveModules } from './module-server.ts';

const { values } = parseArgs({
  options: {
    pack: { type: 'string', default: 'models/tiny' },
    size: { type: 'string', default: '64' },
    rounds: { type: 'string', default: '9' },
  },
});
/** A string to the compiler, because it would look for a literal address as a file. */
const PAGE_PART: string = '/scripts/bench-runtime-page.ts';
const side = wholeNumber('--size', values.size, 1) ?? 64;
const rounds = wholeNumber('--rounds', values.rounds, 1) ?? 1;

const server = await serveModules();
const browser = await chromium.launch(launchOptions());
try {
  const page = await browser.newPage();
  page.setDefaultTimeout(0);
  await page.goto(server.blank);
  const { device, times } = await page.evaluate(
    async ({ module, pack, side, rounds }) => {
      const { benchRuntime }: typeof import('./bench-runtime-page.ts') = await import(module);
      return benchRuntime(new URL(`/${pack}/`, location.href).href, side, rounds);
    },
    { module: PAGE_PART, pack: values.pack, side, rounds },
  );
  console.log(device);
  console.log(`fastest of ${rounds} rounds at ${side}×${side}, ms, and its ratio to the first way's`);
  const msOf = (way: string, what: string): number =>
    Math.min(...times.filter((each) => each.way === way && each.what === what).map(({ ms }) => ms));
  const [first = ''] = times.map(({ way }) => way);
  for (const way of new Set(times.map((each) => each.way)))
    for (const what of new Set(times.map((each) => each.what))) {
      const [ms, ratio] = [msOf(way, what), msOf(way, what) / msOf(first, what)];
      console.log(`${way.padEnd(24)}${what.padEnd(24)}${ms.toFixed(0).padStart(7)}${ratio.toFixed(2).padStart(7)}`);
    }
} finally {
  await browser.close();
  await server.close();
}
