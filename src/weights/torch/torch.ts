import { VpdError } from '../../errors.ts';
import { DTYPE_BYTES } from '../dtype.ts';
import type { TensorInfo, TensorSource } from '../source.ts';
import { MAX_TENSOR_BYTES, makeSource, tensorBytes } from '../source.ts';
import { listNames } from '../text.ts';
import { readZip, type ZipRecord, type ZipWords } from '../zip/read-zip.ts';
import { unpickle } from './pickle.ts';
import type { PickleDict, PickleValue, TensorRef } from './pickle-values.ts';
import { inWords, isKind } from './pickle-values.ts';
import { gather, isContiguous } from './strided.ts';
import { LAZY_TENSOR, torchBuilders } from './torch-builders.ts';

/** The pickle of a checkpoint holds names and settings, a few hundred kB; an optimizer's state adds some MB. */
const MAX_PICKLE_BYTES = 100_000_000;

const WORDS: ZipWords = { noun: 'a checkpoint', wayOut: 'Download the file again.' };

/** Keys under which training programs save the state dict (`module` is DeepSpeed's); otherwise the file itself is the state dict. */
const STATE_DICT_KEYS = ['state_dict', 'model', 'model_state_dict', 'module'] as const;

/**
 * Opens a file of `torch.save` since PyTorch 1.6: a zip with a pickle and one record per storage. The pickle is read by an allow-list
 * interpreter (pickle.ts), storages by byte ranges. Names are those of the state dict; a prefix such as `module.` is kept.
 * @throws VpdError bad-file, unsupported
 */
export async function openTorch(file: string, blob: Blob, signal?: AbortSignal): Promise<TensorSource> {
  const records = await readZip(file, blob, WORDS);
  const root = await archiveRoot(file, records, signal);
  const pickle = await readAll(records.get(`${root}data.pkl`), file, MAX_PICKLE_BYTES, signal);
  const { value, foreign } = unpickle(file, pickle, torchBuilders(file));
  const { entries } = stateDict(file, value);

  const tensors = new Map<string, TensorInfo>();
  const refs = new Map<string, TensorRef>();
  const others: string[] = [];
  const lazy: string[] = [];
  for (const [key, entry] of entries) {
    if (typeof key !== 'string' || !isKind(entry, 'tensor')) {
      const isLazy = isKind(entry, 'stub') && entry.of === LAZY_TENSOR;
      (isLazy ? lazy : others).push(typeof key === 'string' ? key : inWords(key));
      continue;
    }
    const { storage, shape } = entry;
    tensors.set(key, { name: key, dtype: storage.dtype, shape, bytes: tensorBytes(file, key, storage.dtype, shape) });
    refs.set(key, entry);
    checkStorage(file, key, entry, records.get(`${root}data/${storage.key}`));
  }

  const notes: string[] = [];
  if (lazy.length > 0)
    notes.push(
      `${file}: ${listNames(lazy, 'tensor')} with PyTorch’s negative or conjugate bit cannot be read. Save after resolve_neg() and resolve_conj().`,
    );
  if (others.length > 0)
    notes.push(`${file}: ${listNames(others, 'value')} in the state dict are not tensors and were left out.`);
  if (foreign.length > 0)
    notes.push(`${file}: ${listNames(foreign, 'foreign name')} in the file: nothing of that was run.`);
  return makeSource({
    name: file,
    format: 'PyTorch zip',
    bytes: blob.size,
    tensors,
    notes,
    readInfo: async (info, signal) => {
      const ref = refs.get(info.name);
      const record = ref && records.get(`${root}data/${ref.storage.key}`);
      if (!ref || !record) throw new VpdError('internal', `${file}: no storage of ${info.name}.`);
      return readTensor(file, info, ref, record, signal);
    },
  });
}

/** Returns the folder inside the archive, with a slash at its end; refuses archives that are not state dicts. */
async function archiveRoot(
  file: string,
  records: ReadonlyMap<string, ZipRecord>,
  signal?: AbortSignal,
): Promise<string> {
  const names = [...records.keys()];
  const [pickle, second] = names.filter((name) => /(^|\/)data\.pkl$/.test(name));
  if (pickle === undefined) {
    const example = names.find((name) => /\.(safetensors|pth|ckpt|pt|bin)$/.test(name));
    throw new VpdError(
      'unsupported',
      `${file} is a zip archive without a data.pkl, so torch.save did not write it.${example ? ` Unpack it and give ${example}.` : ''}`,
    );
  }
  if (second !== undefined)
    throw new VpdError('bad-file', `${file} has two pickles, ${pickle} and ${second}; a checkpoint has one.`);
  const root = pickle.slice(0, -'data.pkl'.length);
  if (records.has(`${root}constants.pkl`))
    throw new VpdError(
      'unsupported',
      `${file} is a TorchScript program. Save the state dict of the original model with torch.save.`,
    );
  const order = records.get(`${root}byteorder`);
  if (order) {
    const text = new TextDecoder().decode(await readAll(order, file, 64, signal)).trim();
    if (text !== 'little')
      throw new VpdError(
        'unsupported',
        `${file} was written on a machine of byte order “${text}”; only little is read. Save it again on a common machine.`,
      );
  }
  return root;
}

async function readAll(
  record: ZipRecord | undefined,
  file: string,
  limit: number,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  if (!record) throw new VpdError('internal', `${file}: the record is gone.`);
  if (record.bytes > limit)
    throw new VpdError(
      'bad-file',
      `${file}: record ${record.name} has ${record.bytes} bytes, more than the limit of ${limit}.`,
    );
  return record.read(0, record.bytes, signal);
}

function stateDict(file: string, value: PickleValue): PickleDict {
  if (!isKind(value, 'dict'))
    throw new VpdError(
      'unsupported',
      `${file} holds ${inWords(value)} instead of a state dict. Save model.state_dict() with torch.save.`,
    );
  const found = [...STATE_DICT_KEYS.map((key) => value.entries.get(key)), value].find(holdsTensors);
  if (found) return found;
  for (const key of STATE_DICT_KEYS) {
    const inner = value.entries.get(key);
    if (isKind(inner, 'stub'))
      throw new VpdError(
        'unsupported',
        `${file} holds ${inWords(inner)} as its ${key} instead of a state dict. Save model.state_dict() with torch.save.`,
      );
  }
  const keys = [...value.entries.keys()].map((key) => (typeof key === 'string' ? key : inWords(key)));
  throw new VpdError(
    'bad-file',
    `${file} has no tensors under ${STATE_DICT_KEYS.join(', ')}, nor at its top, where it has ${keys.length > 0 ? listNames(keys, 'key') : 'nothing'}. Save model.state_dict() with torch.save.`,
  );
}

const holdsTensors = (value: PickleValue | undefined): value is PickleDict =>
  isKind(value, 'dict') &&
  [...value.entries].some(([key, entry]) => typeof key === 'string' && isKind(entry, 'tensor'));

/** Checks the claimed size of a storage against the file; strides were checked against the claim in torch-builders.ts. */
function checkStorage(file: string, name: string, { storage }: TensorRef, record: ZipRecord | undefined): void {
  if (!record)
    throw new VpdError('bad-file', `${file}: the storage ${storage.key} of tensor ${name} is not in the archive.`);
  const bytes = storage.elements * DTYPE_BYTES[storage.dtype];
  if (record.bytes < bytes)
    throw new VpdError(
      'bad-file',
      `${file}: the storage of tensor ${name} claims ${bytes} bytes but its record ${record.name} has ${record.bytes}.`,
    );
}

async function readTensor(
  file: string,
  info: TensorInfo,
  ref: TensorRef,
  record: ZipRecord,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  if (info.bytes === 0) return new Uint8Array(0);
  const size = DTYPE_BYTES[info.dtype];
  const begin = ref.offset * size;
  if (isContiguous(ref)) return record.read(begin, begin + info.bytes, signal);
  const last = ref.shape.reduce((sum, side, i) => sum + (side - 1) * (ref.stride[i] ?? 0), 0);
  const span = (last + 1) * size;
  if (span > MAX_TENSOR_BYTES)
    throw new VpdError(
      'unsupported',
      `${file}: tensor ${info.name} is spread over ${span} bytes of its storage, more than the limit of ${MAX_TENSOR_BYTES}.`,
    );
  return gather(await record.read(begin, begin + span, signal), ref.shape, ref.stride, size);
}
