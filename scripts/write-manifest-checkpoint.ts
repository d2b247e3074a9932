/**
 * Writes the checkpoint that a fixture manifest describes as a safetensors file, one tensor at a time, without Python:
 * npx tsx scripts/write-manifest-checkpoint.ts MANIFEST[.gz] OUT.safetensors
 */
import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { folderSink } from '../src/cli/files/folder-sink.ts';
import { fixtureSource, parseManifest, writeSource } from '../src/convert/testing/fixture.ts';

const [manifest, out] = process.argv.slice(2);
if (manifest === undefined || out === undefined) {
  console.error('usage: write-manifest-checkpoint.ts MANIFEST[.gz] OUT.safetensors');
  process.exit(2);
}
const bytes = readFileSync(manifest);
const json = (manifest.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
const writer = await folderSink(dirname(out)).createFile(basename(out));
try {
  await writeSource(writer, fixtureSource(basename(manifest), parseManifest(json)));
  await writer.close();
} catch (thrown) {
  await writer.abort();
  throw thrown;
}
