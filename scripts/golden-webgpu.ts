/**
 * Measures the error that fused kernels and the GPU's arithmetic add: compares graphs of the depth fixture's pack on WebGPU with the official
 * implementation's outputs: the autoencoder's encoder on the photo, then UNet and head on the official latents. Without a GPU this runs on
 * SwiftShader and takes a quarter of an hour, so it is not a unit test.
 *
 *   npm run golden:webgpu -- --pack DIR --fixtures DIR        the pack of that fixture, converted with --weights f32
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { decodeImageFile } from '../src/cli/decode-node.ts';
import { openPackFolder } from '../src/cli/files/pack-files.ts';
import { difference } from '../src/difference.ts';
import { geometry, toInput } from '../src/image/fit.ts';
import { readNpyF32 } from '../src/image/formats/npy.ts';
import { buildGraph } from '../src/vpd/build.ts';
import { openChromium } from './chromium-session.ts';

/** Limits: depth in metres, twice those for float32 on a CPU; latent, relative L2. */
const BARS = { max: 1e-2, mean: 1e-3, latent: 1e-3 };
/** Index of "living_room", the fixture's scene, among VPD's scenes. */
const SCENE = 2;
const FRAME = { height: 512, width: 512, rows: 480, cols: 480 };
const LOWERING = { target: 'webgpu', float: 'f32' } as const;

const { values } = parseArgs({ options: { pack: { type: 'string' }, fixtures: { type: 'string' } } });
const { pack: packDir, fixtures } = values;
if (packDir === undefined || fixtures === undefined) {
  console.error('usage: golden-webgpu.ts --pack DIR --fixtures DIR');
  process.exit(2);
}
const readArray = async (name: string): Promise<Float32Array> =>
  readNpyF32(new Uint8Array(await readFile(join(fixtures, name))), name).data;

const pack = await openPackFolder(packDir);
const { image } = await decodeImageFile(join(fixtures, 'photo-480.png'));
const input = toInput(image, geometry('direct', 'depth', image.width, image.height, pack.config.working));
const latents = await readArray('depth.latents.npy');
const chromium = await openChromium(packDir);
try {
  const encoder = await chromium.run(
    buildGraph(pack.config, pack.index, { graph: 'vae-encoder', height: 512, width: 512 }, LOWERING),
    { image: { type: 'float32', dims: [1, 3, 512, 512], data: input } },
    'webgpu',
  );
  const latent = difference('latent', encoder.outputs.get('latent') ?? [], latents);
  console.log(
    `latent on WebGPU: relative L2 ${latent.relative.toExponential(2)} (bar ${BARS.latent}), ${encoder.runMs.toFixed(0)} ms`,
  );

  const network = await chromium.run(
    buildGraph(pack.config, pack.index, { graph: 'task', task: 'depth', ...FRAME }, LOWERING),
    {
      latent: { type: 'float32', dims: [1, 4, 64, 64], data: latents },
      scene: { type: 'int32', dims: [1], data: [SCENE] },
    },
    'webgpu',
  );
  const want = await readArray('depth.pred_metres.npy');
  const got = network.outputs.get('depth') ?? new Float32Array();
  const { max, mean } = difference('depth', got, want);
  console.log(
    `depth on WebGPU: max error ${max.toExponential(2)} m (bar ${BARS.max}), mean ${mean.toExponential(2)} m (bar ${BARS.mean}), ${network.runMs.toFixed(0)} ms`,
  );
  process.exitCode = max <= BARS.max && mean <= BARS.mean && latent.relative <= BARS.latent ? 0 : 1;
} finally {
  await chromium.close();
}
