import { closeSync, openSync, readSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { weightBytes } from '../../engine/sessions.ts';
import { VpdError } from '../../errors.ts';
import { buildGraph } from '../../vpd/build.ts';
import type { GraphPort, Lowering, StoredTensor } from '../../vpd/graph.ts';
import type { Pack } from '../../weights/pack/pack.ts';
import { CONFIG_FILE } from '../../weights/pack/pack-config.ts';
import { sha256OfBlob } from '../../weights/sha256.ts';
import type { CliIo, Command } from '../command.ts';
import { openFileBlob } from '../files/file-blob.ts';
import { putFile } from '../files/folder-sink.ts';
import { openPackFolder, requireFolder, verifyPackFiles } from '../files/pack-files.ts';
import { exists, refersToOneOf } from '../files/paths.ts';
import { packGraphs, parseSize, workingSize } from '../graphs.ts';
import { interruptible } from '../interrupt.ts';
import { oneOf, required } from '../options.ts';

const help = `Usage: npm run vpd -- onnx --pack DIR --graph GRAPH --out FILE [OPTIONS]

Writes one network of a pack, with its weights, as a standard .onnx file for other tools.

  --pack DIR             a pack: config.json and its .safetensors files, whose sha256 is checked
  --graph GRAPH          which network, of those that the pack has:
                         vae-encoder: photo → latent; text-encoder: tokens → hidden states;
                         depth, refer, segment: latent (and a scene or hidden states) → the answer;
                         refer-head, segment-head: the UNet's features and attention maps → the answer;
                         attention: latent and hidden states → attention maps; eps: the same → Stable Diffusion's noise
  --out FILE             the .onnx file; its folder is created if needed
  --size WxH             network input (default: a 4:3 photo at the pack's working size)
  --external             keep the weights in .safetensors files, copied to the folder of FILE (needed from 2 GB on)
  --target plain|webgpu  plain (default): ONNX operators only; webgpu: with onnxruntime's com.microsoft operators
  --float f32|f16        type of activations (default f32)
  --json                 figures as one JSON object`;

/** Limit of a protobuf message, whose lengths are signed 32-bit numbers. */
const MAX_MODEL_BYTES = 2 ** 31 - 1;

/** Reads stored tensors from a pack's folder on demand. */
function tensorReader(folder: string) {
  const open = new Map<string, number>();
  return {
    read({ file, offset, length }: StoredTensor): Uint8Array {
      const fd = open.get(file) ?? openSync(join(folder, file), 'r');
      open.set(file, fd);
      const bytes = new Uint8Array(length);
      let done = 0;
      while (done < length) {
        const count = readSync(fd, bytes, done, length - done, offset + done);
        if (count === 0)
          throw new VpdError(
            'bad-file',
            `${file} ends at byte ${offset + done}, where bytes up to ${offset + length} were expected.`,
          );
        done += count;
      }
      return bytes;
    },
    close(): void {
      for (const fd of open.values()) closeSync(fd);
    },
  };
}

/**
 * Returns the weight files of a model that are not yet in its folder.
 * @throws VpdError bad-request if the folder has other weights of such a name, which another model may need
 */
async function toCopy(
  pack: Pack,
  files: readonly string[],
  folder: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const name of files) {
    const path = join(folder, name);
    if (!(await exists(path))) {
      missing.push(name);
      continue;
    }
    const known = pack.config.files[name];
    const blob = await openFileBlob(path);
    if (blob.size !== known?.bytes || (await sha256OfBlob(name, blob, signal)) !== known.sha256)
      throw new VpdError(
        'bad-request',
        `${path} holds other weights, which another model may need; give an --out in another folder.`,
      );
  }
  return missing;
}

/** @throws VpdError bad-request if the model would overwrite a file of the pack, or weights that are copied to its folder */
async function refuseOverwriting(pack: Pack, folder: string, out: string, external: boolean): Promise<void> {
  const names = [CONFIG_FILE, ...Object.keys(pack.config.files)];
  const own = names.map((name) => join(folder, name));
  if (await refersToOneOf(out, own))
    throw new VpdError('bad-request', `${out} is a file of the pack, and it would be replaced; give another --out.`);
  if (external && names.includes(basename(out)))
    throw new VpdError(
      'bad-request',
      `${out} has the name of a file of the pack, and --external copies that file to the same folder; give another --out.`,
    );
}

async function run(args: readonly string[], io: CliIo, signal: AbortSignal): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      pack: { type: 'string' },
      graph: { type: 'string' },
      out: { type: 'string' },
      size: { type: 'string' },
      external: { type: 'boolean', default: false },
      target: { type: 'string', default: 'plain' },
      float: { type: 'string', default: 'f32' },
      json: { type: 'boolean', default: false },
    },
  });
  const folder = required('--pack', values.pack);
  const out = required('--out', values.out);
  requireFolder('onnx', folder);
  const pack = await openPackFolder(folder);
  await refuseOverwriting(pack, folder, out, values.external);
  const graphs = packGraphs(pack.config, values.size === undefined ? workingSize(pack.config) : parseSize(values.size));
  const name = oneOf('--graph', [...graphs.keys()], values.graph);
  const spec = graphs.get(name);
  if (!spec) throw new VpdError('internal', `The graph ${name} has no sizes.`);
  const lowering: Lowering = {
    target: oneOf('--target', ['plain', 'webgpu'], values.target),
    float: oneOf('--float', ['f32', 'f16'], values.float),
  };
  const weights = weightBytes(pack.index, spec);
  if (!values.external && weights > MAX_MODEL_BYTES)
    throw new VpdError(
      'unsupported',
      `The weights of ${name} are ${weights} bytes, and an .onnx file can hold ${MAX_MODEL_BYTES} at most; add --external.`,
    );
  await verifyPackFiles(pack, io, signal);

  const reader = tensorReader(folder);
  try {
    const { model, inputs, outputs, files, macs } = buildGraph(
      pack.config,
      pack.index,
      spec,
      lowering,
      values.external ? {} : { embed: reader.read },
    );
    // The model refers to its weight files by name only, so they must be in its folder; in the pack's own folder they already are.
    if (values.external && resolve(dirname(out)) !== resolve(folder))
      for (const file of await toCopy(pack, files, dirname(out), signal))
        await putFile(dirname(out), file, pack.files.get(file)?.stream() ?? [], signal);
    await putFile(dirname(out), basename(out), [model], signal);
    if (values.json)
      io.out(
        JSON.stringify({
          graph: name,
          out,
          bytes: model.length,
          files: values.external ? files : [],
          inputs,
          outputs,
          gmac: macs / 1e9,
        }),
      );
    else {
      io.out(
        `${out}: ${model.length} bytes, ${(macs / 1e9).toFixed(3)} GMAC${values.external ? `, weights in ${files.join(', ')}` : ''}`,
      );
      io.out(`inputs: ${inputs.map(describe).join(', ')}`);
      io.out(`outputs: ${outputs.map(describe).join(', ')}`);
    }
  } finally {
    reader.close();
  }
  return 0;
}

const describe = ({ name, type, dims }: GraphPort): string => `${name} ${type} [${dims.join(', ')}]`;

export const command: Command = {
  summary: 'writes one graph of a pack as an .onnx file for other tools',
  help,
  run: (args, io) => interruptible(io, (signal) => run(args, io, signal)),
};
