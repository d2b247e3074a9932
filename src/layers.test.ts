import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** A folder imports, types included, only from rows above its own, and not from other folders of its row. `.` means the files of src itself. */
const LAYERS = [
  ['.'],
  ['onnx', 'worker-calls', 'offline'],
  ['vpd'],
  ['weights', 'text', 'image'],
  ['remote', 'eval', 'convert'],
  ['engine'],
  ['ui', 'samples'],
  ['tasks'],
  ['storage'],
  ['outputs', 'worker'],
  ['app', 'cli'],
  ['main.tsx'],
];
/** The page's end of the engine starts its worker, which combines the engine with the tasks and the stored packs. */
const EXCEPTIONS = new Set(['engine/client.ts → worker/worker.ts']);

const SRC = fileURLToPath(new URL('.', import.meta.url));
const SPECIFIER = /(?:\bfrom|\bimport|\bimport\(|new URL\()\s*'(\.{1,2}\/[^']+)'/g;

const isTest = (file: string): boolean => /\.test\.ts$|\/testing\//.test(file);
const folderOf = (file: string): string => (file === 'main.tsx' ? file : (/^(.+?)\//.exec(file)?.[1] ?? '.'));
const rowOf = (file: string): number => LAYERS.findIndex((row) => row.includes(folderOf(file)));

const imports = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => /\.tsx?$/.test(file) && !isTest(file))
  .flatMap((from) =>
    [...readFileSync(SRC + from, 'utf8').matchAll(SPECIFIER)].map(([, specifier = '']) => ({
      from,
      to: posix.join(posix.dirname(from), specifier),
    })),
  );

test('imports point one way', () => {
  expect(imports.length).toBeGreaterThan(1000);
  expect(imports.filter(({ from }) => rowOf(from) < 0)).toEqual([]);
  const upward = imports
    .filter(({ from, to }) => folderOf(from) !== folderOf(to) && rowOf(to) >= rowOf(from))
    .map(({ from, to }) => `${from} → ${to}`);
  expect(new Set(upward)).toEqual(EXCEPTIONS);
});

test('only tests import test code', () => {
  expect(imports.filter(({ to }) => isTest(to))).toEqual([]);
});
