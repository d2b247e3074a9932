import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** Folders import from rows above their own, for types too; those of one row do not know each other. `.` are the files of src itself. */
const LAYERS = [
  ['.'],
  ['onnx', 'asking', 'offline'],
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
/** The page's end of the engine starts the thread that joins the engine with its tasks and the stored packs. */
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

test('the page and the command line need nothing that is there for tests', () => {
  expect(imports.filter(({ to }) => isTest(to))).toEqual([]);
});
