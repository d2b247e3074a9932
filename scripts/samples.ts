/**
 * `npm run samples`: computes the embedded pack's results for the page's sample scenes and writes them next to the scenes, so that the page
 * can show them before any model is loaded. To be run whenever the pack or a scene has changed; a unit test checks that.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import sharp from 'sharp';
import * as v from 'valibot';
import { decodeImageFile } from '../src/cli/decode-node.ts';
import { openRunner } from '../src/cli/runner.ts';
import { type ComputedSample, type EncodePng, writeSample } from '../src/samples/write.ts';
import { runDepth } from '../src/tasks/depth/run.ts';
import { runRefer } from '../src/tasks/refer/run.ts';
import { runSegment } from '../src/tasks/segment/run.ts';
import { CONFIG_FILE } from '../src/weights/pack/pack-config.ts';
import { createSha256 } from '../src/weights/sha256.ts';

const FOLDER = 'public/samples';
const PACK = 'models/tiny';

const List = v.array(v.object({ file: v.string(), results: v.string(), prompts: v.array(v.string()) }));

/** libvips tries every filter for every row: files are a third smaller than with the page's writer, where that would take too long. */
const encode: EncodePng = async (data, width, height) => {
  const wide = data instanceof Uint16Array;
  const image = sharp(data, { raw: { width, height, channels: 1 } }).toColourspace(wide ? 'grey16' : 'b-w');
  return image.png({ compressionLevel: 9, adaptiveFiltering: true }).toBuffer();
};

async function sha256(path: string): Promise<string> {
  const hash = createSha256();
  hash.update(await readFile(path));
  return hash.hex();
}

const list = v.parse(List, JSON.parse(await readFile(join(FOLDER, 'samples.json'), 'utf8')));
const runner = await openRunner(PACK);
const { pipeline, config, pack } = runner;
// The planes are the network's own; the page resizes them to the photo's size, as a run does.
const small = { atInputSize: true };
const { depth, refer } = config.tasks;
const guided = {
  ...(depth?.guided ? { depth: depth.guided } : {}),
  ...(refer?.guided ? { refer: refer.guided } : {}),
};
let total = 0;

for (const { file, results, prompts } of list) {
  const path = join(FOLDER, file);
  const { image } = await decodeImageFile(path);
  const photo = runner.photo(image);
  const job = { timings: [] };
  const masks = [];
  for (const prompt of prompts) masks.push({ prompt, ...(await runRefer(pipeline, photo, prompt, small, job)) });
  const seen: ComputedSample = {
    pack: { name: pack.summary.name, hash: pack.summary.hash },
    config: await sha256(join(PACK, CONFIG_FILE)),
    photo: await sha256(path),
    file: relative(dirname(results), file),
    guided,
    width: image.width,
    height: image.height,
    depth: await runDepth(pipeline, photo, small, job),
    masks,
    classes: await runSegment(pipeline, photo, {}, job),
  };
  const files = await writeSample(seen, encode);
  const folder = join(FOLDER, results, '..');
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of files) await writeFile(join(folder, name), bytes);
  const bytes = [...files.values()].reduce((sum, { length }) => sum + length, 0);
  total += bytes;
  runner.forget(photo);
  console.log(
    `${folder}: ${[...files].map(([name, { length }]) => `${name} ${Math.round(length / 1000)} kB`).join(', ')}`,
  );
}
console.log(`${Math.round(total / 1000)} kB in all`);
await runner.close();
